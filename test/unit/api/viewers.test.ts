import { expect, test } from 'vitest'
import { Viewers } from '../../../src/api/events/viewers.js'
import type { Caller } from '../../../src/api/caller.js'
import { createLogger } from '../../../src/logging.js'
import { pause } from '../../../src/pause.js'
import { eventually } from '../../support/eventually.js'

const caller: Caller = { operatorId: 'school', tokenId: 'one', name: 'desk', role: 'viewer' }
const lookAgainMs = 10
const request = new Request('http://localhost/', { headers: { authorization: 'Bearer one' } })

/** What one who asks has, and the one who may be known or not. */
function watching(opensMs?: number) {
  const now: { caller: Caller | undefined; asked: number } = { caller, asked: 0 }
  const viewers = new Viewers({
    authenticate: async () => {
      now.asked += 1
      return now.caller
    },
    logger: createLogger('silent'),
    lookAgainMs,
    ...(opensMs !== undefined && { opensMs }),
  })
  return { now, viewers }
}

test('whose token is revoked while the stream is about to open is ended, too', async () => {
  const { now, viewers } = watching()
  const until = viewers.whileKnown(request)
  // Some looks, before anybody listens.
  await eventually(() => expect(now.asked).toBeGreaterThan(2))
  expect(until.aborted).toBe(false)
  now.caller = undefined
  await eventually(() => expect(until.aborted).toBe(true))
  viewers.close()
})

test('who never opened a stream, or has left, is asked about no more', async () => {
  const { now, viewers } = watching(0)
  const until = viewers.whileKnown(request)
  const end = () => {}
  until.addEventListener('abort', end)
  await eventually(() => expect(now.asked).toBeGreaterThan(2))
  until.removeEventListener('abort', end)
  await pause(5 * lookAgainMs)
  const { asked } = now
  await pause(5 * lookAgainMs)
  expect(now.asked).toBe(asked)
})
