import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { projectRoot } from '../../../src/stack/project-root.js'

const script = join(projectRoot(), 'tools/setup/exclusive.mjs')
const { exclusively } = (await import(script)) as {
  exclusively: <T>(file: string, work: () => T, onWait: (pid: number) => void) => Promise<T>
}

/** A set-up in a process of its own, which holds the lock until it is killed. */
async function startHolder() {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-setup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'lock')
  const hold = `
    const { exclusively } = await import('${pathToFileURL(script).href}')
    await exclusively('${file}', () => { console.log('held'); return new Promise((end) => setTimeout(end, 600_000)) })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', hold], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child.stdout, 'data')
  return { file, child }
}

it.each([
  ['as it is written', (text: string) => text],
  ['of before, with a pid alone', (text: string) => text.replace(/ .*/s, '')],
])('waits for the set-up that holds the lock (%s) until that is dead', async (_which, written) => {
  const { file, child } = await startHolder()
  writeFileSync(file, written(readFileSync(file, 'utf8')))
  const waitedFor: number[] = []
  const kill = (pid: number) => {
    waitedFor.push(pid)
    child.kill('SIGKILL')
  }
  expect(await exclusively(file, () => 'done', kill)).toBe('done')
  expect(waitedFor).toEqual([child.pid])
})

it('does not wait for a stranger that has the pid of a set-up that is dead', { timeout: 4_000 }, async () => {
  const { file } = await startHolder()
  writeFileSync(file, readFileSync(file, 'utf8').replace(/ .*|$/s, ' before'))
  const waitedFor: number[] = []
  expect(
    await exclusively(
      file,
      () => 'done',
      (pid) => waitedFor.push(pid),
    ),
  ).toBe('done')
  expect(waitedFor).toEqual([])
})
