import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkZoneDataOfWorkers } from '../../src/doctor/zone-data.js'
import { shareZoneData } from '../../src/worker/zone-data-watch.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

test('workers with different zone data say so in their logs and to the doctor, until one has gone', async () => {
  const { database } = db
  const warned: unknown[] = []
  const logger = { info: () => undefined, warn: (fields: unknown) => void warned.push(fields) }
  const share = (owner: string, version: string) => shareZoneData({ database, owner, version, logger })
  const doctor = () => checkZoneDataOfWorkers(database, '2026f')

  expect(await doctor()).toMatchObject({ state: 'skipped' })
  await share('one:1', '2026f')
  await share('two:1', '2026f')
  expect(warned).toEqual([])
  expect(await doctor()).toEqual({ name: 'Zone data', state: 'ok', found: '2026f on 2 workers' })

  expect(await share('old:1', '2025c')).toEqual(['2025c', '2026f'])
  await share('one:1', '2026f')
  expect(warned).toEqual(
    ['2025c', '2026f'].map((zoneData) => ({
      event: 'zone-data-differs',
      zoneData,
      versions: ['2025c', '2026f'],
    })),
  )
  const told = await doctor()
  expect(told.state).toBe('bad')
  expect(told.found).toContain('2025c on 1 worker, 2026f on 2 workers')
  expect(told.remedy).toContain('same version of Carillon')

  await database.query(`update worker_zone_data set at = now() - interval '4 minutes' where owner = 'old:1'`)
  expect(await share('one:1', '2026f')).toEqual(['2026f'])
  expect(await doctor()).toMatchObject({ state: 'ok' })
})
