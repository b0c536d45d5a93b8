import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'
import { contentHash, readStamp, writeStamp } from './stamp.mjs'

/** `npm ci`, when node_modules is missing or differs from the lockfile. */
export async function installDependencies({ root, say, exclusively }) {
  const stampFile = join(root, 'node_modules/.carillon-lockfile')
  const wanted = contentHash(root, ['package-lock.json'])
  if (readStamp(stampFile) === wanted) return
  await exclusively(async () => {
    if (readStamp(stampFile) === wanted) return
    if (!isInstalled(root)) {
      say('Installing the dependencies (npm ci)')
      await run('npm', ['ci', '--no-progress'], { cwd: root, say, what: 'Installing the dependencies' })
    }
    writeStamp(stampFile, wanted)
  })
}

/** Whether npm's own record of node_modules agrees with the lockfile, e.g. after a plain `npm install`. */
function isInstalled(root) {
  const recordFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(recordFile)) return false
  const installed = packagesOf(recordFile)
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, wanted]) => path === '' || wanted.optional || installed[path]?.version === wanted.version,
  )
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
}
