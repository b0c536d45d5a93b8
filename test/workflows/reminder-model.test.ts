import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { editReminderUpdate, skipNextUpdate, snoozeReminderUpdate } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { operation, rhythm } from './support/random-operations.js'
import { quarters, ReminderModel, type Operation, type Rhythm } from './support/reminder-model.js'
import { every, operator, spell, startReminderWorld, type ReminderWorld } from './support/reminder-world.js'

/**
 * Random sequences of what an operator does and of time passing: what fires, when, and what is left out must be what
 * the model says. All sequences live side by side and time passes for all of them together.
 * CARILLON_SEQUENCES: how many; CARILLON_SEED: which.
 */

const sequences = Number(process.env.CARILLON_SEQUENCES ?? 30)
const seed = Number(process.env.CARILLON_SEED ?? 20_261_124)
const atOnce = 30

const unitMs = 20 * 60_000
const quarterMs = unitMs / quarters
const steps = 12
// Of occurrences that are due half a unit before a look, two are in time.
const catchUpUnits = 2

const sequence = fc.record({
  first: rhythm,
  operations: fc.array(operation, { minLength: steps, maxLength: steps }),
})

let world: ReminderWorld
beforeAll(async () => {
  world = await startReminderWorld({ skipsTime: true })
})
afterAll(() => world.close())

type Lane = {
  key: string
  handle: Awaited<ReturnType<ReminderWorld['define']>>
  model: ReminderModel
  operations: readonly Operation[]
}

const batches = Array.from({ length: Math.ceil(sequences / atOnce) }, (_, batch) => batch)
const all = fc.sample(sequence, { numRuns: sequences, seed })

test.each(batches)('batch %i of random sequences does what the model does', async (batch) => {
  const drawn = all.slice(batch * atOnce, (batch + 1) * atOnce)
  const dayMs = 86_400_000
  // Unit 0 is a midnight, so that the rule of every rhythm can begin there.
  const baseMs = Math.ceil(((await world.nowMs()) + unitMs) / dayMs) * dayMs
  const msOf = (time: number) => baseMs + time * quarterMs
  const policies = ({ every: units, phase }: Rhythm) => ({
    schedule: every(`FREQ=MINUTELY;INTERVAL=${units * (unitMs / 60_000)}`, baseMs + phase * unitMs),
    catchUpMs: catchUpUnits * unitMs,
  })
  await world.passTo(msOf(-quarters / 2))
  // One after the other, here and below: the server that skips time fails on many calls at once.
  const lanes: Lane[] = []
  for (const [index, { first, operations }] of drawn.entries()) {
    const key = `model-${seed}-${batch * atOnce + index}`
    const handle = await world.define(key, policies(first))
    const model = new ReminderModel(first, -quarters / 2, catchUpUnits * quarters)
    lanes.push({ key, handle, model, operations })
  }

  for (let step = 0; step < steps; step++) {
    const now = step * quarters + quarters / 2
    await world.passTo(msOf(now))
    for (const lane of lanes) {
      lane.model.passTo(now)
      if (lane.model.isOver) continue
      const operation = lane.operations[step] ?? { kind: 'nothing' }
      const wasTaken = await perform(lane, operation)
      expect(wasTaken, describeLane(lane, step)).toBe(lane.model.apply(operation))
    }
  }
  const end = (steps + 5) * quarters + quarters / 2
  await world.passTo(msOf(end))
  for (const lane of lanes) {
    lane.model.passTo(end)
    expect(await happened(lane), describeLane(lane)).toEqual({
      fired: lane.model.fired.toSorted(),
      omitted: lane.model.omitted.toSorted(),
    })
  }
  // The next batch need not wait for these.
  for (const { model, handle } of lanes) if (!model.isOver) await handle.signal('cancel')
  await eventually(async () => {
    for (const { key } of lanes) expect((await world.row(key)).endedAt).not.toBeNull()
  })

  async function perform({ key, handle, model }: Lane, operation: Operation): Promise<boolean> {
    const before = (await world.audit(key)).length
    const isWritten = () =>
      eventually(async () => expect((await world.audit(key)).length).toBeGreaterThan(before), {
        intervalMs: 10,
      })
    // The next one is not named, which is how it is asked for mostly.
    const nth = (nth: number) => (nth === 0 ? {} : { occurrence: spell(msOf(model.nth(nth))) })
    try {
      switch (operation.kind) {
        case 'nothing':
          return true
        case 'edit':
          await handle.executeUpdate(editReminderUpdate, {
            args: [{ digest: await world.save(policies(operation.rhythm)) }],
          })
          return true
        case 'snooze':
          await handle.executeUpdate(snoozeReminderUpdate, {
            args: [{ until: spell(msOf(model.named(operation.units))), ...nth(operation.nth) }],
          })
          return true
        case 'skipNext':
          await handle.executeUpdate(skipNextUpdate, { args: [nth(operation.nth)] })
          return true
        case 'pause': {
          const { units } = operation
          await handle.signal('pause', units === undefined ? {} : { until: spell(msOf(model.named(units))) })
          await isWritten()
          return true
        }
        case 'resume':
        case 'fireNow':
        case 'cancel':
          await handle.signal(operation.kind)
          await isWritten()
          return true
      }
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return false
      if (error instanceof WorkflowNotFoundError) throw new Error(`${key} is over`, { cause: error })
      throw error
    }
  }

  async function happened({ key }: Lane) {
    const timeOf = (ms: number) => Math.floor((ms - baseMs) / quarterMs)
    const rows = await world.runs(key)
    const fired = world.fired(key).map(({ runId, atMs }) => {
      const row = rows.find(({ id }) => id === runId)
      const what = row?.trigger === 'fireNow' ? 'now' : timeOf(Date.parse(row?.scheduledAt ?? ''))
      return `${what} at ${timeOf(atMs)}`
    })
    const omitted = rows
      .filter(({ state }) => state === 'missed' || state === 'skipped')
      .map(({ state, scheduledAt }) => `${state} ${timeOf(Date.parse(scheduledAt))}`)
    return { fired: fired.toSorted(), omitted: omitted.toSorted() }
  }

  function describeLane({ key, operations }: Lane, step = steps): string {
    const done = operations.slice(0, step + 1).map((one) => JSON.stringify(one))
    return `${reminderWorkflowId(operator, key)}, ${JSON.stringify(drawn[lanes.findIndex((lane) => lane.key === key)]?.first)}:\n${done.join('\n')}`
  }
})
