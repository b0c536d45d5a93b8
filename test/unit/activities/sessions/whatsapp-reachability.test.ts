import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { whatsAppReachability } from '../../../../src/activities/sessions/whatsapp-reachability.js'

let othersPoll = true
const reach = () => whatsAppReachability({ doOthersPoll: () => Promise.resolve(othersPoll) })

beforeEach(() => {
  othersPoll = true
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('each loss in a row is waited out for longer, twenty seconds at most, until a session was open again', async () => {
  const its = reach()
  const awayMs = async () => {
    await its.lost()
    const from = performance.now()
    const back = its.untilBack(new AbortController().signal)
    await vi.runAllTimersAsync()
    await back
    expect(its.isAway()).toBe(false)
    return Math.round(performance.now() - from)
  }
  expect([await awayMs(), await awayMs(), await awayMs(), await awayMs()]).toEqual([
    5_000, 10_000, 20_000, 20_000,
  ])
  its.reached()
  expect(await awayMs()).toBe(5_000)
})

test('all its sessions lost at once are one loss', async () => {
  const its = reach()
  await Promise.all(Array.from({ length: 100 }, () => its.lost()))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(its.isAway()).toBe(false)
})

test('alone, it does not leave', async () => {
  othersPoll = false
  const its = reach()
  await its.lost()
  expect(its.isAway()).toBe(false)
})

test('a worker that stops does not wait', async () => {
  const its = reach()
  await its.lost()
  const stopping = new AbortController()
  const back = its.untilBack(stopping.signal)
  stopping.abort()
  await back
  expect(its.isAway()).toBe(true)
})
