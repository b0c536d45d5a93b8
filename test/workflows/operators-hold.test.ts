import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunOutcome } from '../../src/protocol/payloads.js'
import { setRunState } from '../../src/store/runs/runs.js'
import { cancelSignal, pauseSignal, progressQuery } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { startControlWorld, type ControlWorld } from './support/control-world.js'

let world: ControlWorld
beforeAll(async () => {
  world = await startControlWorld()
})
afterAll(() => world.close())

const pending = ['pending', 'pending']
const delivered = ['delivered', 'delivered']

describe('before a run has its targets', () => {
  test('a pause that comes with the start leaves a paused run with its targets, and a resume goes on', async () => {
    const args = await world.newRun('paused-at-start')
    const { runId } = args
    const handle = await world.client.workflow.signalWithStart('run', {
      ...world.start(args),
      signal: pauseSignal,
      signalArgs: [{ reason: 'not yet' }],
    })
    await eventually(async () =>
      expect(await world.row(runId)).toEqual({
        state: 'paused',
        reason: 'paused by operator: not yet',
        targets: pending,
      }),
    )
    expect(await handle.query(progressQuery)).toMatchObject({ state: 'paused', counts: { pending: 2 } })
    await handle.signal('resume')
    expect(await handle.result()).toMatchObject({ state: 'completed', counts: { delivered: 2 } })
    expect(await world.row(runId)).toMatchObject({ state: 'completed', targets: delivered })
  })

  test('a cancel that comes with the start leaves every target skipped, with the reason', async () => {
    const args = await world.newRun('canceled-at-start')
    const handle = await world.client.workflow.signalWithStart('run', {
      ...world.start(args),
      signal: cancelSignal,
      signalArgs: [{ reason: 'rain' }],
    })
    expect(await handle.result()).toMatchObject({ state: 'canceled' })
    const because = 'canceled by operator: rain'
    expect(await world.row(args.runId)).toEqual({
      state: 'canceled',
      reason: because,
      targets: [`skipped: ${because}`, `skipped: ${because}`],
    })
  })

  test("a reminder's pause holds the run that has just fallen due, with its targets, and a resume serves all", async () => {
    const preparing = world.holdPreparing()
    const { key, runId, handle } = await world.remind('paused-when-due')
    await preparing.reached
    await handle.signal('pause', { reason: 'wait' })
    await eventually(async () => expect(await world.reminderState(key)).toBe('paused'))
    expect(await world.row(runId)).toMatchObject({ state: 'paused', targets: [] })
    preparing.release()
    await eventually(async () =>
      expect(await world.row(runId)).toEqual({
        state: 'paused',
        reason: 'paused by operator: wait',
        targets: pending,
      }),
    )
    await handle.signal('resume')
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    expect(await world.row(runId)).toMatchObject({ state: 'completed', targets: delivered })
  })

  test("a reminder's cancel leaves every target of the run skipped, with the reason", async () => {
    const preparing = world.holdPreparing()
    const { runId, handle } = await world.remind('canceled-when-due')
    await preparing.reached
    await handle.signal('cancel', { reason: 'rain' })
    await eventually(async () => expect(await world.row(runId)).toMatchObject({ state: 'paused' }))
    preparing.release()
    expect(await handle.result()).toMatchObject({ state: 'canceled' })
    const because = 'canceled by operator: rain'
    expect(await world.row(runId)).toEqual({
      state: 'canceled',
      reason: because,
      targets: [`skipped: ${because}`, `skipped: ${because}`],
    })
  })

  test('a run whose workflow was terminated then is accounted for as canceled, with the reason', async () => {
    const preparing = world.holdPreparing()
    const { runId, handle } = await world.remind('terminated-then-canceled')
    await preparing.reached
    await handle.signal('cancel', { reason: 'rain' })
    await eventually(async () => expect(await world.row(runId)).toMatchObject({ state: 'paused' }))
    await world.client.workflow.getHandle(runId).terminate()
    preparing.release()
    expect(await handle.result()).toMatchObject({ state: 'canceled' })
    const because = 'canceled by operator: rain'
    expect(await world.row(runId)).toEqual({
      state: 'canceled',
      reason: because,
      targets: [`skipped: ${because}`, `skipped: ${because}`],
    })
  })
})

describe('the row of a run comes first', () => {
  /** A reminder whose run is at its first target and waits there. */
  async function underWay(key: string) {
    let go = () => {}
    const going = new Promise<void>((resolve) => {
      go = resolve
    })
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    world.onDeliver(async (target) => {
      arrive()
      await going
      await world.deliver(target)
      return { kind: 'delivered' }
    })
    const reminded = await world.remind(key)
    await arrived
    return { ...reminded, go }
  }

  test("a resume of the reminder leaves paused what an operator had paused for itself, before or after the reminder's pause", async () => {
    const { key, runId, handle, go } = await underWay('own-pause')
    const runHandle = world.client.workflow.getHandle(runId)
    await runHandle.signal('pause', { reason: 'mine' })
    go()
    await eventually(async () =>
      expect(await world.row(runId)).toMatchObject({ reason: 'paused by operator: mine' }),
    )
    await handle.signal('pause', { reason: 'all' })
    await eventually(async () => expect(await world.reminderState(key)).toBe('paused'))
    await handle.signal('resume')
    await eventually(async () => expect(await world.reminderState(key)).toBe('running'))
    expect(await world.row(runId)).toMatchObject({ state: 'paused', reason: 'paused by operator: mine' })
    await handle.signal('pause', { reason: 'all' })
    await eventually(async () => expect(await world.reminderState(key)).toBe('paused'))
    // The newest request counts: the run goes on although its reminder is paused.
    await runHandle.signal('resume')
    expect(await runHandle.result()).toMatchObject({ state: 'completed' })
    expect(await world.reminderState(key)).toBe('paused')
    await handle.signal('resume')
    expect(await handle.result()).toMatchObject({ state: 'completed' })
  })

  test('what is fired by hand while the reminder is paused goes out, and the pause waits for no run', async () => {
    const { key, handle, runId, go } = await underWay('fired-in-pause')
    // Both in one task of the reminder's: the run is being started when the pause comes, or after.
    await handle.signal('pause')
    await handle.signal('fireNow')
    await eventually(async () => expect(await world.reminderState(key)).toBe('paused'))
    go()
    await eventually(async () => {
      const { rows } = await world.database.query<{ state: string }>(
        `select state from run where dedupe_key = $1 and trigger = 'fireNow'`,
        [key],
      )
      expect(rows).toEqual([{ state: 'completed' }])
    })
    expect(await world.row(runId)).toMatchObject({ state: 'paused' })
    await handle.signal('cancel')
    await handle.result()
  })

  test('a run that has not heard of a pause follows its row, and cannot take it back', async () => {
    const preparing = world.holdPreparing()
    const { runId, handle } = await world.remind('not-told')
    await preparing.reached
    await world.database.query(
      `update run set hold = 'reminder', state = 'paused', reason = 'paused by operator' where id = $1`,
      [runId],
    )
    preparing.release()
    const runHandle = world.client.workflow.getHandle(runId)
    await eventually(async () =>
      expect(await runHandle.query(progressQuery)).toMatchObject({
        state: 'paused',
        waitsFor: 'paused by operator',
      }),
    )
    expect(await setRunState(world.database, { runId, state: 'running', reason: null })).toEqual({
      hold: { kind: 'pause', because: 'paused by operator' },
    })
    expect(await world.row(runId)).toMatchObject({ state: 'paused', reason: 'paused by operator' })
    await runHandle.signal('resume')
    expect(await handle.result()).toMatchObject({ state: 'completed' })
  })
})

test('the counts that a run shows are those of the ledger, also where an attempt before had ended a target', async () => {
  const args = await world.newRun('counted')
  let attempts = 0
  let shown: RunOutcome | undefined
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  world.onDeliver(async (target) => {
    if (target.ordinal === 1) {
      await finished
      await world.deliver(target)
      return { kind: 'delivered' }
    }
    attempts += 1
    await world.deliver(target)
    // The worker died after it was delivered and before it could say so.
    if (attempts === 1) throw new Error('gone')
    return { kind: 'delivered', before: true } as never
  })
  const handle = await world.client.workflow.start('run', world.start(args))
  await eventually(async () => {
    shown = (await handle.query(progressQuery)) as RunOutcome
    expect(shown.counts).toMatchObject({ delivered: 1, pending: 1 })
  })
  expect(await world.row(args.runId)).toMatchObject({ targets: ['delivered', 'pending'] })
  finish()
  await handle.result()
})
