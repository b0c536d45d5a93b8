import type { WorkflowHandle } from '@temporalio/client'
import { defaultPayloadConverter } from '@temporalio/common'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { carillonStatus } from '../../src/protocol/search-attributes.js'
import { eventually } from '../support/eventually.js'
import { timesOf } from './support/history.js'
import { startControlWorld, type ControlWorld } from './support/control-world.js'

let world: ControlWorld
beforeAll(async () => {
  world = await startControlWorld()
})
afterAll(() => world.close())

/** By which states a search has found it, from its start on. */
async function indexed(handle: WorkflowHandle): Promise<unknown[]> {
  const { events } = await handle.fetchHistory()
  return (events ?? [])
    .map(
      ({
        workflowExecutionStartedEventAttributes: start,
        upsertWorkflowSearchAttributesEventAttributes: upsert,
      }) => (start ?? upsert)?.searchAttributes?.indexedFields?.[carillonStatus.name],
    )
    .filter((payload) => payload !== undefined && payload !== null)
    .map((payload) => defaultPayloadConverter.fromPayload<unknown>(payload))
}

type Gate = { opened: Promise<void>; open: () => void }
const gates = new Map<string, Gate>()

/** What each delivery of the run waits for. */
function gateOf(runId: string): Gate {
  let gate = gates.get(runId)
  if (!gate) {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    gate = { opened, open }
    gates.set(runId, gate)
  }
  return gate
}

test('a run that has to wait is found as that from its start, and as running once it has sent for a while', async () => {
  onTestFinished(() => {
    for (const { open } of gates.values()) open()
  })
  world.onDeliver(async (target) => {
    await gateOf(target.runId).opened
    await world.deliver(target)
    return { kind: 'delivered' }
  })
  const first = await world.remind('first')
  const firstRun = world.client.workflow.getHandle(first.runId)
  await eventually(async () => expect(await world.row(first.runId)).toMatchObject({ state: 'running' }))
  const second = await world.remind('second')
  const secondRun = world.client.workflow.getHandle(second.runId)
  await eventually(async () => expect(await world.row(second.runId)).toMatchObject({ state: 'waiting' }))
  // Its run waits, so this is no state of a moment: it was written without a timer.
  expect((await indexed(second.handle)).at(-1)).toBe('running')
  expect((await timesOf(second.handle, 'EVENT_TYPE_TIMER_FIRED')).length).toBeLessThanOrEqual(1)

  gateOf(first.runId).open()
  expect(await firstRun.result()).toMatchObject({ state: 'completed' })
  await eventually(async () => expect(await indexed(secondRun)).toEqual(['waiting', 'running']))
  expect(await timesOf(secondRun, 'EVENT_TYPE_TIMER_FIRED')).not.toHaveLength(0)
  gateOf(second.runId).open()
  await Promise.all([first.handle.result(), second.handle.result()])
  expect(await indexed(firstRun)).toEqual(['running', 'completed'])
  expect(await indexed(secondRun)).toEqual(['waiting', 'running', 'completed'])
})
