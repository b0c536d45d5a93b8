import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SetupError } from './run.mjs'
import { contentHash, filesBelow, readStamp, removeStamp, writeStamp } from './stamp.mjs'

// What Vite asks for.
const neededNode = [20, 19]

function canBuild() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1])
}

const isText = (file) => /\.(js|css|html|svg)$/.test(file)

/** The web console into dist/console, with each text also compressed, when something that is in it has changed. */
export async function buildConsole({ root, say, exclusively }) {
  const stampFile = join(root, 'dist/.console-sources')
  const modulesFile = join(root, 'dist/.console-modules.json')
  // Of src/ it has what it imports, and the modules of the last build tell what that is: a new one is imported by one of them.
  const wanted = () => {
    const modules = existsSync(modulesFile) ? JSON.parse(readFileSync(modulesFile, 'utf8')) : []
    return contentHash(root, ['console', 'package-lock.json', 'tools/setup/console.mjs', ...modules])
  }
  const isCurrent = () => existsSync(join(root, 'dist/console')) && readStamp(stampFile) === wanted()
  if (isCurrent()) return
  if (!canBuild())
    return say(`The console is not built: that takes Node ${neededNode.join('.')}. All else is as ever.`)
  await exclusively(async () => {
    if (isCurrent()) return
    say('Building the console')
    const modules = new Set()
    const noteModules = {
      name: 'carillon:note-modules',
      moduleParsed({ id }) {
        if (id.startsWith(join(root, 'src/'))) modules.add(relative(root, id))
      },
    }
    try {
      const { build } = await import('vite')
      const configFile = join(root, 'console/vite.config.ts')
      removeStamp(stampFile)
      await build({ configFile, logLevel: 'error', plugins: [noteModules] })
    } catch (error) {
      throw new SetupError(`Building the console failed: ${error.message}`)
    }
    for (const file of filesBelow(join(root, 'dist/console')).filter(isText))
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
    writeFileSync(modulesFile, JSON.stringify([...modules].toSorted((a, b) => (a < b ? -1 : 1))))
    writeStamp(stampFile, wanted())
  })
}
