import { cpus } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSystem, type System, type TestGroup } from '../../test/support/system.js'
import { measurePending } from './measure.js'
import { missed, report } from './report.js'

const phone = '15550006001'
const count = Number(process.env.PENDING_REMINDERS ?? 10_000)
/** A list and a look-up are a few milliseconds, and vary by chance: with all looked at, they would be 100. */
const most = { resident: 1.1, list: 3, show: 3, lateness: 2 }
let system: System
let group: TestGroup | undefined

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  group = (await system.createGroups({ phone, groups: 1, members: 2 }))[0]
})
afterAll(() => system.close())

test(`${count} pending reminders`, async () => {
  if (group === undefined) throw new Error('there is no group')
  const figures = await measurePending(system, {
    account: 'office',
    group,
    count,
    warm: Math.min(count, 1_000),
  })
  process.stdout.write(`\n${report(figures)}\n${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}\n`)
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  expect(missed(figures, { creates: 0.7, most })).toEqual([])
})
