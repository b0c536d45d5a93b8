import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { deviceCache, type DeviceCache } from '../../../../src/whatsapp/devices/device-cache.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const minute = 60_000

type Device = { user: string; server: 'lid'; device: number }

const phone = (user: string): Device => ({ user, server: 'lid', device: 0 })
const companion = (user: string): Device => ({ user, server: 'lid', device: 7 })

/** Returns what was written, without keeping it. */
function learn(cache: DeviceCache, user: string, devices = [phone(user)]): WeakRef<object> {
  cache.learn(new Map([[user, { devices, isRefused: false }]]))
  return new WeakRef(devices)
}

test('WhatsApp is asked for a user again after five minutes, and a relay that is late finds one for ten', () => {
  const cache = deviceCache()
  learn(cache, 'ann')
  learn(cache, 'ben', [])
  vi.advanceTimersByTime(5 * minute - 1)
  expect(cache.known('ann')).toMatchObject({ devices: [phone('ann')] })
  expect(cache.known('ben')).toMatchObject({ devices: [] })
  expect(cache.known('cat')).toBeUndefined()
  vi.advanceTimersByTime(1)
  expect([cache.known('ann'), cache.get('ann')]).toEqual([undefined, [phone('ann')]])
  vi.advanceTimersByTime(5 * minute)
  expect(cache.get('ann')).toBeUndefined()
})

test('what is learnt again is known for five minutes from then', () => {
  const cache = deviceCache()
  learn(cache, 'ann')
  learn(cache, 'ben')
  vi.advanceTimersByTime(4 * minute)
  learn(cache, 'ann')
  vi.advanceTimersByTime(2 * minute)
  learn(cache, 'cat')
  const isKnown = ['ann', 'ben', 'cat'].map((user) => cache.known(user) !== undefined)
  expect(isKnown).toEqual([true, false, true])
})

test('users that nobody asks for again take no memory', async () => {
  const cache = deviceCache()
  learn(cache, 'learnt again')
  const learnt = Array.from({ length: 10 }, (_, index) => learn(cache, `user-${index}`))
  vi.advanceTimersByTime(9 * minute)
  learn(cache, 'learnt again')
  vi.advanceTimersByTime(2 * minute)
  learn(cache, 'last')
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(learnt.map((devices) => devices.deref())).toEqual(learnt.map(() => undefined))
})

test('Baileys sees no device that is left out, and its keys are worth asking for later each time', () => {
  const cache = deviceCache()
  learn(cache, 'ann', [phone('ann'), companion('ann')])
  expect(cache.mayHaveKeys('ann:7@lid')).toBe(true)
  for (const minutes of [5, 10, 20, 40, 60, 60]) {
    cache.leaveOut('ann:7@lid')
    learn(cache, 'ann', [phone('ann'), companion('ann')])
    expect([cache.get('ann'), cache.isLeftOut('ann:7@lid')]).toEqual([[phone('ann')], true])
    vi.advanceTimersByTime(minutes * minute - 1)
    expect(cache.mayHaveKeys('ann:7@lid')).toBe(false)
    vi.advanceTimersByTime(1)
    expect(cache.mayHaveKeys('ann:7@lid')).toBe(true)
  }
  learn(cache, 'ann', [phone('ann'), companion('ann')])
  cache.takeIn('ann:7@lid')
  expect(cache.get('ann')).toEqual([phone('ann'), companion('ann')])
})

test('a device is left out no longer once WhatsApp tells of a change, or no longer names it', () => {
  const cache = deviceCache()
  learn(cache, 'ann', [phone('ann'), companion('ann')])
  cache.leaveOut('ann:7@lid')
  void cache.set('ann', [phone('ann')]) // as Baileys writes what a notification changes in what it sees
  expect([cache.known('ann'), cache.isLeftOut('ann:7@lid')]).toEqual([undefined, false])
  learn(cache, 'ann', [phone('ann'), companion('ann')])
  cache.leaveOut('ann:7@lid')
  learn(cache, 'ann', [phone('ann')])
  expect(cache.isLeftOut('ann:7@lid')).toBe(false)
})
