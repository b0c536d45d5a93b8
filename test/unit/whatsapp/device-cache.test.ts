import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { deviceCache, type DeviceCache } from '../../../src/whatsapp/device-cache.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const minute = 60_000

/** Returns what was written, without keeping it. */
function write(cache: DeviceCache, user: string): WeakRef<object> {
  const devices = [{ user, device: 0 }]
  void cache.set(user, devices)
  return new WeakRef(devices)
}

test('a user is known for five minutes, also one without devices', () => {
  const cache = deviceCache()
  write(cache, 'ann')
  cache.setNone('ben')
  vi.advanceTimersByTime(5 * minute - 1)
  expect([cache.has('ann'), cache.has('ben'), cache.has('cat')]).toEqual([true, true, false])
  vi.advanceTimersByTime(1)
  expect([cache.has('ann'), cache.get('ben')]).toEqual([false, undefined])
})

test('what is written again is known for five minutes from then', () => {
  const cache = deviceCache()
  write(cache, 'ann')
  write(cache, 'ben')
  vi.advanceTimersByTime(4 * minute)
  write(cache, 'ann')
  vi.advanceTimersByTime(2 * minute)
  write(cache, 'cat')
  expect([cache.has('ann'), cache.has('ben'), cache.has('cat')]).toEqual([true, false, true])
})

test('users that nobody asks for again take no memory', async () => {
  const cache = deviceCache()
  write(cache, 'written again')
  const written = Array.from({ length: 10 }, (_, index) => write(cache, `user-${index}`))
  vi.advanceTimersByTime(4 * minute)
  write(cache, 'written again')
  vi.advanceTimersByTime(2 * minute)
  write(cache, 'last')
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(written.map((devices) => devices.deref())).toEqual(written.map(() => undefined))
})
