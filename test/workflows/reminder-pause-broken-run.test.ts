import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startControlWorld, type ControlWorld } from './support/control-world.js'

let world: ControlWorld
beforeAll(async () => {
  world = await startControlWorld({ brokenRuns: true })
})
afterAll(() => world.close())

/** A reminder whose run is there, and does not get through its first task. */
async function stuck(key: string) {
  const reminded = await world.remind(key)
  await eventually(async () => {
    const { raw } = await world.client.workflow.getHandle(reminded.runId).describe()
    expect(raw.pendingWorkflowTask?.attempt ?? 0).toBeGreaterThan(1)
  })
  return reminded
}

test('a pause is done although no task of its run succeeds, with the row of the run, and the history stays short', async () => {
  const { key, runId, handle } = await stuck('stuck-pause')
  await handle.signal('pause', { reason: 'stop' })
  await eventually(async () => expect(await world.reminderState(key)).toBe('paused'))
  expect(await world.row(runId)).toMatchObject({ state: 'paused', reason: 'paused by operator: stop' })
  const before = (await handle.describe()).historyLength
  await handle.signal('resume')
  await eventually(async () => expect(await world.reminderState(key)).toBe('running'))
  expect(await world.row(runId)).toMatchObject({ state: 'preparing', reason: null })
  await handle.signal('pause')
  await eventually(async () => expect(await world.reminderState(key)).toBe('paused'))
  // A few events for each request, whatever becomes of the run.
  expect((await handle.describe()).historyLength - before).toBeLessThan(40)
})

test('a cancel is in the row of the run when it is in that of the reminder', async () => {
  const { key, runId, handle } = await stuck('stuck-cancel')
  await handle.signal('cancel', { reason: 'stop' })
  await eventually(async () => {
    const { rows } = await world.database.query<{ ending: string | null }>(
      `select ending from reminder where dedupe_key = $1`,
      [key],
    )
    expect(rows).toEqual([{ ending: 'cancel' }])
  })
  expect(await world.row(runId)).toMatchObject({ state: 'paused', reason: 'canceled by operator: stop' })
  // Its operator gives it up: the reminder accounts for it and ends.
  await world.client.workflow.getHandle(runId).terminate()
  expect(await handle.result()).toMatchObject({ state: 'canceled' })
  const because = 'canceled by operator: stop'
  expect(await world.row(runId)).toEqual({
    state: 'canceled',
    reason: because,
    targets: [`skipped: ${because}`, `skipped: ${because}`],
  })
})
