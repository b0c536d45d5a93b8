import { cpSync, existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { run } from './run.mjs'
import { contentHash, filesBelow, readStamp, removeStamp, writeStamp } from './stamp.mjs'

const sources = ['src', 'simulator', 'proofs']
// Files that the code reads at run time, and tsc leaves behind.
const isAsset = (file) => /\.(sql|proto|json|html|css|svg)$/.test(file)

/** TypeScript and its assets into dist/, when a source has changed. */
export async function build({ root, say, exclusively }) {
  const stampFile = join(root, 'dist/.sources')
  const inputs = [...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
  if (readStamp(stampFile) === contentHash(root, inputs)) return
  await exclusively(async () => {
    const wanted = contentHash(root, inputs)
    if (readStamp(stampFile) === wanted) return
    say('Building dist/')
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    removeStamp(stampFile)
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, say, what: 'The build' })
    copyAssets(root)
    removeOrphans(root)
    writeStamp(stampFile, wanted)
  })
}

function copyAssets(root) {
  for (const file of sources.flatMap((folder) => filesBelow(join(root, folder))).filter(isAsset))
    cpSync(file, join(root, 'dist', relative(root, file)))
}

/** What an earlier build left of a source that is gone would still be importable. */
function removeOrphans(root) {
  for (const file of sources.flatMap((folder) => filesBelow(join(root, 'dist', folder)))) {
    const origin = join(root, relative(join(root, 'dist'), file))
    const candidates = isAsset(file) ? [origin] : [origin.replace(/\.js(\.map)?$/, '.ts'), origin]
    if (!candidates.some((path) => existsSync(path))) rmSync(file)
  }
}
