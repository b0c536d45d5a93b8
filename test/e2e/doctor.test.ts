import { afterAll, beforeAll, expect, test } from 'vitest'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { cliOf } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

let system: System
const key = 'breakfast'

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone: '15550009981' })
  await system.client.reminders.create({
    key,
    account: 'office',
    to: ['+15550009982'],
    text: 'Breakfast is served',
    at: 'in 5 hours',
    zone: 'UTC',
  })
})
afterAll(() => system.close())

const doctor = async () => await cliOf(system, ['doctor'])

test('a system that works is well, and the doctor says what it looked at', async () => {
  await eventually(async () => {
    const { stdout, exitCode } = await doctor()
    expect(stdout).toContain('All is well.')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /✔ In step +2 reminders, runs, accounts and webhooks, all in Temporal and none late/,
    )
  })
})

test('a check that fails itself has a line of its own, those after it are made, and nobody says that all is well', async () => {
  await system.database.query('alter table trouble rename to trouble_gone')
  try {
    const { stdout, exitCode } = await doctor()
    expect(stdout).toMatch(/\? Workflows +this could not be looked at: relation "trouble" does not exist/)
    expect(stdout).toMatch(/✔ In step/)
    expect(stdout).toContain('1 could not be looked at, so nobody knows whether all is well.')
    expect(stdout).not.toContain('All is well.')
    expect(exitCode).toBe(1)
  } finally {
    await system.database.query('alter table trouble_gone rename to trouble')
  }
})

test('a reminder whose workflow is gone is told, and so is one that is late', async () => {
  await system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, key)).terminate()
  const gone = await doctor()
  expect(gone.stdout).toMatch(/✖ In step +gone from Temporal.*: 1 reminder\n +→ carillon reconcile/)
  expect(gone.exitCode).toBe(1)
  // It was looked at, and nothing was done about it.
  expect((await doctor()).stdout).toMatch(/✖ In step +gone from Temporal/)

  expect((await cliOf(system, ['reconcile'])).exitCode).toBe(0)
  expect((await doctor()).stdout).toMatch(/✔ In step/)

  // Its workflow knows nothing of that, and sleeps.
  await system.database.query(
    `update reminder set next_fire = now() - interval '5 minutes' where dedupe_key = $1`,
    [key],
  )
  await eventually(
    async () =>
      expect((await doctor()).stdout).toMatch(/✖ In step +1 reminder should have acted by now, and did not/),
    { timeoutMs: 90_000, intervalMs: 2_000 },
  )
})
