import { expect, test } from 'vitest'
import type { ActivitySlotInfo, CustomSlotSupplier } from '@temporalio/worker'
import { sessionSlots } from '../../../src/worker/session-slots.js'

const aborted = new AbortController()
type Reserve = Parameters<CustomSlotSupplier<ActivitySlotInfo>['reserveSlot']>[0]

function slots(maxSessions: number, untilBack: () => Promise<void> = () => Promise.resolve()) {
  const reach = { isAway: () => false, untilBack, reached: () => {}, lost: () => Promise.resolve() }
  const tuner = sessionSlots(maxSessions, reach)
  if (!('activityTaskSlotSupplier' in tuner)) throw new Error('it has no supplier')
  const supplier = tuner.activityTaskSlotSupplier as CustomSlotSupplier<ActivitySlotInfo>
  let given = 0
  return {
    given: () => given,
    async ask(times: number): Promise<void> {
      for (let i = 0; i < times; i++)
        void supplier.reserveSlot({} as Reserve, aborted.signal).then(() => (given += 1))
      await settled()
    },
    async bring(): Promise<void> {
      supplier.markSlotUsed({
        permit: {},
        slotInfo: { type: 'activity', activityType: 'ownSession' },
      } as never)
      await settled()
    },
    async release(slotInfo?: object): Promise<void> {
      supplier.releaseSlot({ permit: {}, slotInfo } as never)
      await settled()
    },
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

test('however many polls are asked for in advance, one is given, and the next when it has brought a session', async () => {
  const its = slots(100)
  await its.ask(11)
  expect(its.given()).toBe(1)
  await its.bring()
  expect(its.given()).toBe(2)
})

test('a poll that brought nothing gives its place back', async () => {
  const its = slots(100)
  await its.ask(3)
  await its.release()
  expect(its.given()).toBe(2)
})

test('no more sessions are taken than may be owned, until one ends', async () => {
  const its = slots(2)
  await its.ask(5)
  await its.bring()
  await its.bring()
  expect(its.given()).toBe(2)
  await its.release({ type: 'activity' })
  expect(its.given()).toBe(3)
})

test('none is given while WhatsApp is out of reach', async () => {
  let back: () => void = () => {}
  const its = slots(100, () => new Promise((resolve) => (back = resolve)))
  await its.ask(1)
  expect(its.given()).toBe(0)
  back()
  await settled()
  expect(its.given()).toBe(1)
})
