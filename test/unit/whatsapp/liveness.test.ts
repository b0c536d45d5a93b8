import { expect, it } from 'vitest'
import { liveness } from '../../../src/whatsapp/liveness.js'

/** Looks each half second, as the watch does; returns what was found, with the time. */
function watched(roundTripMs = 100) {
  const state = liveness({ nowMs: 0, roundTripMs })
  let nowMs = 0
  const wire = { read: 0, written: 0, waiting: 0 }
  const found: [number, string][] = []
  let asked: ReturnType<typeof state.asked> | undefined
  const go = (forMs: number, each: (passedMs: number) => void = () => undefined): void => {
    for (let passed = 500; passed <= forMs; passed += 500) {
      nowMs += 500
      each(passed)
      const result = state.look(nowMs, { ...wire })
      if (result === 'ask') {
        found.push([nowMs, 'ask'])
        asked = state.asked(nowMs)
      } else if (result !== 'fine') found.push([nowMs, 'gone'])
    }
  }
  const answer = (): void => {
    wire.read += 30
    if (asked !== undefined) state.answered(nowMs, asked)
  }
  go(500, answer)
  answer()
  go(500)
  found.length = 0
  return {
    state,
    wire,
    found,
    go,
    answer,
    send: (bytes: number) => {
      const mark = state.sending(nowMs, { ...wire })
      wire.written += bytes
      return () => state.arrived(mark)
    },
  }
}

const gone = (found: [number, string][]) => found.find(([, what]) => what === 'gone')?.[0]

it('asks after 3 s of silence while messages are sent, and gives up 3 s later', () => {
  const { send, go, found } = watched()
  send(500)
  go(10_000)
  expect(gone(found)).toBeLessThan(8_500)
})

it('waits for what was written as long as the slowest line needs for it, and no longer', () => {
  const { send, go, found } = watched()
  send(600_000)
  go(70_000)
  expect(gone(found)).toBeUndefined()
  go(40_000)
  expect(gone(found)).toBeLessThan(100_000)
})

it('takes bytes that leave as a sign of life, however long that takes', () => {
  const { send, go, found, wire } = watched()
  send(600_000)
  wire.waiting = 600_000
  go(200_000, () => (wire.waiting -= 1_000))
  expect(gone(found)).toBeUndefined()
  // The rest stays where it is.
  go(200_000)
  expect(gone(found)).toBeGreaterThan(200_000)
})

it('counts what was answered as arrived', () => {
  const { send, go, found, answer } = watched()
  const first = send(600_000)
  const second = send(500)
  answer()
  first()
  second()
  send(500)
  go(10_000)
  expect(gone(found)).toBeLessThan(9_000)
})

it('gives an answer as many round trips as a bad line takes', () => {
  const { send, go, found } = watched(0)
  const slow = liveness({ nowMs: 0, roundTripMs: 2_000 })
  slow.look(0, { read: 0, written: 0, waiting: 0 })
  slow.sending(0, { read: 0, written: 0, waiting: 0 })
  slow.asked(0)
  expect(slow.look(15_500, { read: 0, written: 0, waiting: 0 })).toBe('fine')
  expect(slow.look(16_500, { read: 0, written: 0, waiting: 0 })).toEqual({ silentMs: 16_500 })
  send(500)
  go(10_000)
  expect(gone(found)).toBeDefined()
})

it('asks an idle connection each half minute, and gives up 15 s after no answer', () => {
  const { go, found } = watched()
  go(60_000)
  expect(found[0]?.[1]).toBe('ask')
  expect(gone(found)).toBeLessThan(50_000)
})
