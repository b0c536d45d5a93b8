import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js'
import { startProgram } from '../../support/processes.js'
import { eventually } from '../../support/eventually.js'

const namespace = `test-${randomUUID()}`
let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createEmptyDatabase()
  connection = await Connection.connect({ address: inject('temporalAddress') })
})
afterAll(async () => {
  await connection.close()
  await database.close()
})

const environment = () => ({
  PATH: process.env.PATH,
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: namespace,
  DATABASE_URL: database.url,
  CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
})

async function run(program: string, args: string[] = []): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`dist/src/deploy/${program}.js`, ...args], {
    env: environment(),
  })
  return stdout
}

test('the migrations make what a worker needs, and a worker on it is healthy', async () => {
  expect(await run('migrate-main')).toContain('applied 0001_initial.sql')
  expect(await run('migrate-main')).toContain('the tables are up to date')
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  expect(Object.keys(customAttributes).toSorted()).toEqual([
    'CarillonAccount',
    'CarillonNextFire',
    'CarillonOperator',
    'CarillonStatus',
  ])
  const { rows } = await database.database.query(`select to_regclass('reminder') is not null as found`)
  expect(rows).toEqual([{ found: true }])

  const nobody = await run('worker-health-main').catch((error: unknown) => error)
  expect(nobody).toMatchObject({ code: 1, stdout: expect.stringContaining('has not heard of a worker') })
  const worker = startProgram('worker', ['dist/src/worker-main.js'], environment())
  try {
    await worker.line((line) => line.includes('"worker started"'))
    const answer = await eventually(() => run('worker-health-main', [String(worker.pid)]))
    expect(answer).toMatch(/^Temporal heard of \d+@\S+ \d+ s ago\n$/)
  } finally {
    await worker.stop()
  }
})

test('says what is missing, and no password', async () => {
  const failed = await promisify(execFile)(process.execPath, ['dist/src/deploy/databases-main.js'], {
    env: {
      PATH: process.env.PATH,
      POSTGRES_ADMIN_URL: 'http://postgres:s3cret@host',
      TEMPORAL_DB_PASSWORD: 'x',
    },
  }).catch((error: unknown) => error)
  expect(failed).toMatchObject({
    code: 1,
    stderr:
      'carillon databases: POSTGRES_ADMIN_URL, CARILLON_DB_PASSWORD: missing or malformed. See .env.example.\n',
  })
})
