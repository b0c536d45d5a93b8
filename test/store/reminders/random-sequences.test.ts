import { ApplicationFailure } from '@temporalio/common'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Situation } from '../../../src/protocol/payloads.js'
import { operation, rhythm } from '../../workflows/support/random-operations.js'
import {
  quarters,
  ReminderModel,
  type Operation,
  type Rhythm,
} from '../../workflows/support/reminder-model.js'
import {
  baseMs,
  every,
  minute,
  ownReminders,
  spell,
  type Driver,
  type Policies,
} from '../support/reminder-driver.js'

const own = ownReminders()

describe('random sequences', () => {
  const sequences = Number(process.env.CARILLON_SEQUENCES ?? 60)
  const seed = Number(process.env.CARILLON_SEED ?? 20_261_124)
  const unitMs = 20 * minute
  const steps = 12
  const msOf = (time: number) => baseMs + (time / quarters) * unitMs
  const timeOf = (ms: number) => Math.floor(((ms - baseMs) / unitMs) * quarters)
  const policies = ({ every: units, phase }: Rhythm): Policies => ({
    schedule: every((units * unitMs) / minute, baseMs + phase * unitMs),
    catchUpMs: 2 * unitMs,
  })

  test(`fire what the model fires, and leave out what it leaves out (${sequences}, seed ${seed})`, async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        rhythm,
        fc.array(operation, { minLength: steps, maxLength: steps }),
        async (first, operations) => {
          const start = -quarters / 2
          const driver = own.drive(`model-${run++}`, msOf(start))
          const model = new ReminderModel(first, start, 2 * quarters)
          await driver.takeKey(policies(first))
          for (const [step, operation] of operations.entries()) {
            const now = step * quarters + quarters / 2
            await driver.passTo(msOf(now))
            model.passTo(now)
            if (model.isOver) break
            const wasTaken = await perform(driver, model, operation)
            expect(wasTaken).toBe(model.apply(operation))
          }
          const end = (steps + 5) * quarters + quarters / 2
          await driver.passTo(msOf(end))
          model.passTo(end)
          expect({
            fired: driver.fired
              .map(({ trigger, scheduledAt, atMs }) => {
                const what = trigger === 'fireNow' ? 'now' : timeOf(Date.parse(scheduledAt))
                return `${what} at ${timeOf(atMs)}`
              })
              .toSorted(),
            omitted: (await driver.rows())
              .filter(({ state }) => state === 'missed' || state === 'skipped')
              .map(({ state, scheduledAt }) => `${state} ${timeOf(scheduledAt.getTime())}`)
              .toSorted(),
          }).toEqual({ fired: model.fired.toSorted(), omitted: model.omitted.toSorted() })
        },
      ),
      { numRuns: sequences, seed },
    )
  })

  async function perform(driver: Driver, model: ReminderModel, operation: Operation): Promise<boolean> {
    const asked = { ...driver.common, request: { requestId: `${driver.key.dedupeKey}-${Math.random()}` } }
    const named = (units: number) => spell(msOf(model.named(units)))
    // The next one is not named, which is how it is asked for mostly.
    const nth = (nth: number) => (nth === 0 ? {} : { occurrence: spell(msOf(model.nth(nth))) })
    const done = async (): Promise<{ situation: Situation } | undefined> => {
      switch (operation.kind) {
        case 'nothing':
          return undefined
        case 'pause': {
          const until = operation.units === undefined ? {} : { until: named(operation.units) }
          return await own.reminders.pauseReminder({ ...asked, because: 'paused by operator', ...until })
        }
        case 'resume':
          return await own.reminders.resumeReminder(asked)
        case 'edit':
          return await own.reminders.editReminder({
            ...asked,
            digest: await own.save(policies(operation.rhythm)),
          })
        case 'snooze':
          return await own.reminders.snoozeReminder({
            ...asked,
            until: named(operation.units),
            ...nth(operation.nth),
          })
        case 'skipNext':
          return await own.reminders.skipNext({ ...asked, ...nth(operation.nth) })
        case 'fireNow':
          return await own.reminders.fireNow(asked)
        case 'cancel':
          return await own.reminders.endReminder({
            ...asked,
            action: 'cancel',
            because: 'canceled by operator',
          })
      }
    }
    try {
      driver.situation = (await done())?.situation ?? driver.situation
    } catch (error) {
      if (error instanceof ApplicationFailure) return false
      throw error
    }
    await driver.run()
    return true
  }
})
