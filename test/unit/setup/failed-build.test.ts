import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { projectRoot } from '../../../src/stack/project-root.js'

type Step = (context: {
  root: string
  say: () => void
  exclusively: (work: () => Promise<void>) => Promise<void>
}) => Promise<void>

const stepOf = async (file: string, name: string): Promise<Step> =>
  ((await import(join(projectRoot(), 'tools/setup', file))) as Record<string, Step>)[name] as Step

it.each([
  { what: 'the build', step: await stepOf('build.mjs', 'build'), stamp: 'dist/.sources' },
  {
    what: 'that of the console',
    step: await stepOf('console.mjs', 'buildConsole'),
    stamp: 'dist/.console-sources',
  },
])('$what that failed leaves nothing that says it is an older one', async ({ step, stamp }) => {
  const root = mkdtempSync(join(tmpdir(), 'carillon-setup-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const file = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  file(stamp, 'of an older build')
  file('node_modules/typescript/bin/tsc', 'process.exit(2)')
  file('console/vite.config.ts', "throw new Error('no such config')")

  const exclusively = async (work: () => Promise<void>) => await work()
  await expect(step({ root, say: () => {}, exclusively })).rejects.toThrow('failed')
  expect(existsSync(join(root, stamp))).toBe(false)
})
