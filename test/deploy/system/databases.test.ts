import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterEach, expect, inject, test } from 'vitest'
import { ensureDatabases, type RoleWithDatabases } from '../../../src/deploy/databases.js'

// Quotes and a backslash, which would end a literal or an identifier that is not escaped.
const password = `it's "one" \\ password`
const made: RoleWithDatabases[] = []

function newRole(): RoleWithDatabases {
  const id = randomUUID().replaceAll('-', '')
  const role = { role: `role_${id}`, password, databases: [`first_${id}`, `second_${id}`] }
  made.push(role)
  return role
}

function urlFor({ role, password }: RoleWithDatabases, database: string): string {
  const url = new URL(inject('databaseUrl'))
  url.username = role
  url.password = encodeURIComponent(password)
  url.pathname = `/${database}`
  return url.toString()
}

async function query(url: string, sql: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

afterEach(async () => {
  for (const { role, databases } of made.splice(0)) {
    for (const database of databases)
      await query(inject('databaseUrl'), `drop database if exists ${database} with (force)`)
    await query(inject('databaseUrl'), `drop role if exists ${role}`)
  }
})

test('each role owns its databases and reaches no other', async () => {
  const [one, two] = [newRole(), newRole()]
  await ensureDatabases(inject('databaseUrl'), [one, two])
  const own = urlFor(one, one.databases[0] ?? '')
  await query(own, 'create table bell (name text)')
  // Temporal's schema needs it, and a role that is no superuser must be able to make it.
  await query(own, 'create extension btree_gin')
  await expect(query(urlFor(one, two.databases[0] ?? ''), 'select 1')).rejects.toThrow('permission denied')
  const [row] = await query(
    own,
    'select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = user',
  )
  expect(row).toEqual({ rolsuper: false, rolcreatedb: false, rolcreaterole: false })
})

test('again changes nothing, but takes a new password', async () => {
  const role = newRole()
  await ensureDatabases(inject('databaseUrl'), [role])
  const [database = ''] = role.databases
  await query(urlFor(role, database), `create table bell as select 'kept' as name`)
  await ensureDatabases(inject('databaseUrl'), [{ ...role, password: 'another' }])
  await expect(query(urlFor(role, database), 'select 1')).rejects.toThrow('password authentication failed')
  const url = urlFor({ ...role, password: 'another' }, database)
  expect(await query(url, 'select name from bell')).toEqual([{ name: 'kept' }])
})
