import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readHolder, tryLock } from '../../src/stack/lock.js'
import { identify, self } from '../../src/stack/process-identity.js'
import { exitOf, startScript, waitForLine } from './support/child-script.js'
import { temporaryFolder } from './support/temporary-home.js'

it('is held by its process, which it names, until released', () => {
  const file = join(temporaryFolder(), 'lock')
  const first = tryLock(file)
  expect(tryLock(file)).toEqual({ kind: 'held', by: self() })
  if (first.kind === 'locked') first.release()
  expect(tryLock(file).kind).toBe('locked')
})

it('is taken over from a process that was killed', async () => {
  const file = join(temporaryFolder(), 'lock')
  const holder = startSleeper()
  writeFileSync(file, JSON.stringify(identify(holder.pid)))
  expect(tryLock(file).kind).toBe('held')
  holder.kill('SIGKILL')
  await holder.ended
  expect(tryLock(file).kind).toBe('locked')
  expect(readHolder(file)).toEqual(self())
})

it('is taken over when the pid belongs to another process by now', () => {
  const file = join(temporaryFolder(), 'lock')
  writeFileSync(file, JSON.stringify({ ...self(), startedAt: 'another boot/1' }))
  expect(tryLock(file).kind).toBe('locked')
})

it('does not mistake another file for a lock', () => {
  const file = join(temporaryFolder(), 'lock')
  writeFileSync(file, '4711')
  expect(() => tryLock(file)).toThrow(`${file} is no lock of ours`)
  expect(readFileSync(file, 'utf8')).toBe('4711')
})

it('lets one in at a time, when many find a dead holder at once', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 2 ** 22, startedAt: 'never' }))
  const contenders = Array.from({ length: 4 }, () => startScript('contend.ts', [folder]))
  await Promise.all(contenders.map((contender) => waitForLine(contender, 'ready')))
  writeFileSync(join(folder, 'go'), '')
  expect(await Promise.all(contenders.map(exitOf))).toEqual([0, 0, 0, 0])
  const notes = readFileSync(join(folder, 'notes'), 'utf8').trim().split('\n')
  expect(notes).toHaveLength(8)
  for (let i = 0; i < notes.length; i += 2) {
    expect(notes[i]).toMatch(/^in /)
    expect(notes[i + 1]).toBe(notes[i]?.replace('in', 'out'))
  }
  expect(readdirSync(folder).toSorted()).toEqual(['go', 'notes'])
})

function startSleeper() {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  if (child.pid === undefined) throw new Error('sleep did not start')
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return { pid: child.pid, kill: (signal: NodeJS.Signals) => child.kill(signal), ended }
}
