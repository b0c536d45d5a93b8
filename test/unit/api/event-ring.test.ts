import { assert, integer, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { Ring } from '../../../src/api/events/ring.js'
import { isAfter, type LoggedEvent, type Position } from '../../../src/store/events/event-log.js'

const log = 7
const size = 16

function position(number: number): Position {
  // Several events of one transaction, and transactions without any.
  return { log, xid: BigInt(2 * Math.floor(number / 3)), id: number }
}

function event(number: number): LoggedEvent {
  return {
    position: position(number),
    at: new Date(0),
    operator: number % 2 === 0 ? 'school' : 'other',
    accountId: `a${number}`,
    runId: number % 5 === 0 ? 'run' : null,
    type: 'account',
    data: {},
  }
}

const numbersIn = (text: string) => [...text.matchAll(/^id: 7-\d+-(\d+)$/gm)].map(([, id]) => Number(id))

test('from any position that it goes back to, it gives exactly what comes after', () => {
  assert(
    property(nat(60), nat(70), integer({ min: 1, max: 400 }), (count, from, mostChars) => {
      const ring = new Ring(size)
      const floor = { log, xid: 0n, id: -1 }
      ring.begin(floor)
      for (let number = 0; number < count; number++) ring.put(event(number))
      const had = position(from)
      const place = ring.placeAfter(had)
      const oldest = count - size
      // What is older was thrown out: whoever had less than that must read the log.
      if (oldest > 0 && !isAfter(had, position(oldest - 1)) && from !== oldest - 1) {
        expect(place).toBeUndefined()
        return
      }
      if (place === undefined) throw new Error('there is no place')
      let told = ''
      let past: Position | undefined = had
      for (let at = place; at < ring.end;) {
        const taken = ring.take(at, { scope: 'school', had: past }, mostChars)
        told += taken.text
        at = taken.next
        past = taken.past
      }
      const wanted = Array.from({ length: count }, (_, number) => number)
        .filter((number) => isAfter(position(number), had))
        .filter((number) => number % 2 === 0)
      expect(numbersIn(told)).toEqual(wanted)
    }),
  )
})

test('who is slow reads the newest progress of a run alone', () => {
  const ring = new Ring(size)
  ring.begin({ log, xid: 0n, id: -1 })
  const snapshot = (delivered: number) =>
    ({ runId: 'run', operator: 'school', accountId: 'office', targets: { delivered } }) as never
  const place = ring.end
  for (let delivered = 0; delivered < 5; delivered++) ring.putProgress(snapshot(delivered))
  const { text } = ring.take(place, { scope: 'school' }, 10_000)
  expect(text.match(/"delivered":\d/g)).toEqual(['"delivered":4'])
  expect(ring.take(place, { scope: 'other' }, 10_000).text).toBe('')
  expect(ring.take(place, { scope: 'school', runId: 'another' }, 10_000).text).toBe('')
})

test('a ring that begins anew has no place of before', () => {
  const ring = new Ring(size)
  ring.begin({ log, xid: 0n, id: -1 })
  ring.put(event(1))
  const { end } = ring
  ring.begin({ log, xid: 9n, id: 0 })
  expect(ring.start).toBeGreaterThanOrEqual(end)
  expect(ring.placeAfter(position(1))).toBeUndefined()
})
