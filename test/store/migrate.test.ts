import { readdir, readFile } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/store/database.js'
import { migrate } from '../../src/store/migrate.js'
import { createEmptyDatabase, type TestDatabase } from '../support/database.js'

let empty: TestDatabase | undefined
const pools: Database[] = []

afterAll(async () => {
  for (const pool of pools) await pool.end()
  await empty?.close()
})

test('four processes that start at once migrate once', async () => {
  const { url, database } = (empty = await createEmptyDatabase())
  pools.push(...Array.from({ length: 4 }, () => openDatabase(url)))
  const applied = await Promise.all(pools.map((pool) => migrate(pool)))
  const { rows } = await database.query<{ name: string }>('select name from migration order by name')
  expect(rows.length).toBeGreaterThan(0)
  expect(applied.flat().toSorted()).toEqual(rows.map(({ name }) => name))
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
})

test('who had accounts before there were operators is one, and names new ones as before', async () => {
  const older = await createEmptyDatabase()
  try {
    const { database } = older
    await database.query(
      'create table migration (name text primary key, applied_at timestamptz not null default now())',
    )
    const folder = new URL('../../src/store/migrations/', import.meta.url)
    for (const name of (await readdir(folder)).toSorted())
      if (name < '0030') {
        await database.query(await readFile(new URL(name, folder), 'utf8'))
        await database.query('insert into migration (name) values ($1)', [name])
      }
    await database.query(
      `insert into account (id, operator) values ('office', 'school'), ('canteen', 'school')`,
    )
    await migrate(database)
    const { rows } = await database.query<{ id: string }>(
      'select id, free_account_ids as free from operator order by id',
    )
    expect(rows).toEqual([
      { id: 'local', free: true },
      { id: 'school', free: true },
    ])
  } finally {
    await older.close()
  }
})

test('a database of a newer version is left alone', async () => {
  if (!empty) throw new Error('there is no database')
  await empty.database.query(`insert into migration (name) values ('9999_from_the_future.sql')`)
  await expect(migrate(empty.database)).rejects.toThrow('9999_from_the_future.sql')
})
