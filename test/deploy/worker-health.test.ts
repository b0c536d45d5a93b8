import { expect, it } from 'vitest'
import { healthOf } from '../../src/deploy/worker-health.js'
import { freshMs } from '../../src/worker/pollers.js'

const nowMs = 1_000_000_000
const poller = (identity: string, ageMs: number) => ({ identity, lastAccessMs: nowMs - ageMs })
const here = { host: 'worker-host', nowMs }

it.each([
  ['asked a moment ago', [poller('7@worker-host', 1_000)], true],
  ['asks for the longest time a live one may', [poller('7@worker-host', freshMs)], true],
  ['has stopped asking', [poller('7@worker-host', freshMs + 1)], false],
  ['never asked', [], false],
  ['is another one', [poller('7@other-host', 1_000)], false],
  ['is another one whose name ends the same', [poller('7@my-worker-host', 1_000)], false],
  ['was started again', [poller('7@worker-host', 200_000), poller('8@worker-host', 1_000)], true],
])('a worker that %s', (_what, pollers, isHealthy) => {
  expect(healthOf(pollers, here).isHealthy).toBe(isHealthy)
})

it('tells workers of one machine apart by their pid', () => {
  const pollers = [poller('7@worker-host', 200_000), poller('17@worker-host', 1_000)]
  expect(healthOf(pollers, { ...here, pid: 7 }).isHealthy).toBe(false)
  expect(healthOf(pollers, { ...here, pid: 17 }).isHealthy).toBe(true)
})
