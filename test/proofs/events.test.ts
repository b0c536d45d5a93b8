import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import type { EventsResult } from '../../proofs/events/report.js'

const clients = 100
const seconds = 6

test('a hundred who watch are told of each change once and in order, over one connection, and the memory stays', async () => {
  const args = [
    '--clients',
    String(clients),
    '--stuck',
    '2',
    '--seconds',
    String(seconds),
    '--rate',
    '20',
    '--json',
  ]
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['dist/proofs/events/main.js', ...args], (_error, out) => resolve(out))
  })
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as EventsResult
  expect(result.problems).toEqual([])
  expect(result).toMatchObject({
    clients,
    changes: 20 * seconds,
    lost: 0,
    twice: 0,
    outOfOrder: 0,
    listeners: 1,
  })
  expect(result.progressEvents).toBeLessThan(result.sends)
})
