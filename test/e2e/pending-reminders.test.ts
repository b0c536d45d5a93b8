import { afterAll, beforeAll, expect, test } from 'vitest'
import { measurePending } from '../../bench/pending-reminders/measure.js'
import { missed, report } from '../../bench/pending-reminders/report.js'
import { valueOf } from '../support/prometheus.js'
import { scrape } from '../support/scrape.js'
import { startSystem, type System } from '../support/system.js'

const account = 'office'
const phone = '15550006001'
/** The default of CARILLON_MAX_CACHED_WORKFLOWS. */
const maxCached = 300
let system: System

beforeAll(async () => {
  process.env['CARILLON_METRICS_PORT'] = '0'
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

test('500 pending reminders cost no list, look-up or due reminder any time, and none is kept in memory for long', async () => {
  const [group] = await system.createGroups({ phone, groups: 1, members: 2 })
  if (!group) throw new Error('there is no group')
  const figures = await measurePending(system, { account, group, count: 500, warm: 100 })
  console.log(report(figures))
  // Other tests run beside this one, so rates say nothing here, and a young worker's memory grows until it was full
  // once: the command `npm run bench:reminders` judges both, at 10,000. What looks at all of them takes 5 times as long
  // with 500 as with 100; what is in memory is counted below.
  const most = { resident: Infinity, list: 5, show: 5, lateness: 5 }
  expect(missed(figures, { creates: 0, most })).toEqual([])
  const cached = valueOf((await scrape(system.worker())).samples, 'temporal_sticky_cache_size')
  expect(cached).toBeGreaterThan(0)
  expect(cached).toBeLessThanOrEqual(maxCached)
}, 400_000)
