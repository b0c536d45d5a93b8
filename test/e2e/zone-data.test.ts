import { afterAll, beforeAll, expect, test } from 'vitest'
import { zoneRulesVersion } from '../../src/domain/hours/zone-rules.js'
import { noteZoneData } from '../../src/store/zone-data.js'
import { examined } from '../support/doctor.js'
import { eventually } from '../support/eventually.js'
import { untilLogged } from '../support/logs.js'
import { startSystem, type System } from '../support/system.js'

let system: System

beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())

test('a worker that starts beside one with other zone data warns, and doctor names both versions', async () => {
  const version = zoneRulesVersion()
  const ofWorkers = async () => (await examined(system, 'Zone data')).at(-1)
  await eventually(async () => {
    expect(await ofWorkers()).toMatchObject({
      name: 'Zone data',
      state: 'ok',
      found: `${version} on 1 worker`,
    })
  })
  await noteZoneData(system.database, { owner: 'older:1', version: '2020a' })
  await untilLogged(await system.startWorker(), { event: 'zone-data-differs' })
  const told = await ofWorkers()
  expect(told?.state).toBe('bad')
  expect(told?.found).toContain(`2020a on 1 worker, ${version} on 2 workers`)
})
