import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../src/store/database.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { migrate } from '../../src/store/migrate.js'
import { rememberDatabase } from './personal/register.js'

/** The key that the system's workers have. */
export const testKey = Buffer.alloc(32, 7)
const laterKeys: Uint8Array[] = []
export const testRing = new KeyRing([testKey], {
  changed: ({ isMissed }) => (isMissed && laterKeys.length > 0 ? [testKey, ...laterKeys] : undefined),
})

/** What a test has stored under another key is opened, too: by itself, and by what looks at the database in the end. */
export function openWith(...keys: readonly Uint8Array[]): void {
  laterKeys.push(...keys)
}

export type TestDatabase = { url: string; database: Database; close(): Promise<void> }

/** A migrated database of the test file's own. */
export async function createTestDatabase(ring = testRing): Promise<TestDatabase> {
  const empty = await createEmptyDatabase(ring)
  await migrate(empty.database)
  return empty
}

export async function createEmptyDatabase(ring = testRing): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await onServer(serverUrl, `create database ${name}`)
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString()
  const database = openDatabase(url, { ring, maxConnections: 5 })
  return {
    url,
    database,
    async close() {
      await rememberDatabase(database)
      await database.end()
      await onServer(serverUrl, `drop database ${name} with (force)`)
    },
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
