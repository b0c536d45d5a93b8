import { Client } from 'pg'
import { connectionTo } from '../store/connection.js'

export type RoleWithDatabases = { role: string; password: string; databases: string[] }

/** Temporal and Carillon each get an ordinary role that owns its own databases and reaches no other. */
export function rolesOf(passwords: { temporal: string; carillon: string }): RoleWithDatabases[] {
  return [
    { role: 'temporal', password: passwords.temporal, databases: ['temporal', 'temporal_visibility'] },
    { role: 'carillon_app', password: passwords.carillon, databases: ['carillon'] },
  ]
}

/**
 * Makes the roles and databases that are missing and sets the passwords, so that a changed password takes effect.
 * Doing it again changes nothing.
 * @param adminUrl of a superuser
 */
export async function ensureDatabases(adminUrl: string, roles: RoleWithDatabases[]): Promise<void> {
  const client = new Client({ ...connectionTo(adminUrl), connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    for (const { role, password, databases } of roles) {
      await ensureRole(client, role, password)
      for (const database of databases) await ensureDatabase(client, database, role)
    }
  } finally {
    await client.end()
  }
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const name = client.escapeIdentifier(role)
  const found = await client.query('select from pg_roles where rolname = $1', [role])
  if (found.rowCount === 0) await client.query(`create role ${name} login`)
  await client.query(`alter role ${name} login password ${client.escapeLiteral(password)}`)
}

async function ensureDatabase(client: Client, database: string, owner: string): Promise<void> {
  const name = client.escapeIdentifier(database)
  const role = client.escapeIdentifier(owner)
  const found = await client.query('select from pg_database where datname = $1', [database])
  if (found.rowCount === 0) await client.query(`create database ${name} owner ${role}`)
  else await client.query(`alter database ${name} owner to ${role}`)
  await client.query(`revoke connect, temporary on database ${name} from public`)
}
