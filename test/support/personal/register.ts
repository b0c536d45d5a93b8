import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatorClient } from '../../../simulator/client.js'
import type { Database } from '../../../src/store/database.js'
import { clearDumps } from './dump.js'

/**
 * What the tests of one run make up of people: texts, names and numbers. Each test file adds what its database and its
 * WhatsApp had, before they are gone; the scan at the end of the run looks for all of it.
 */
const folder = 'test-results/personal'

/** For a run that begins. */
export function clearPersonal(): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  clearDumps()
}

export function readPersonal(): Set<string> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
  return new Set(lines.filter((line) => line !== '').map((line) => JSON.parse(line) as string))
}

function remember(values: (string | null | undefined)[]): void {
  // A file that runs alone has none.
  if (!existsSync(folder)) return
  const lines = new Set(values.filter((value) => value !== null && value !== undefined && value !== ''))
  appendFileSync(
    join(folder, String(process.pid)),
    [...lines].map((value) => `${JSON.stringify(value)}\n`).join(''),
  )
}

/** Of all texts, groups and people that there were. A database that was not migrated has none. */
export async function rememberDatabase(database: Database): Promise<void> {
  const { rows } = await database.query<{ found: boolean }>(
    `select to_regclass('account_person') is not null as found`,
  )
  if (rows[0]?.found !== true) return
  const found = await database.query<{ value: string | null }>(
    `select jsonb_path_query(sealed_body, '$.**.text') #>> '{}' as value from definition
     union select jsonb_path_query(sealed_body, '$.**.caption') #>> '{}' from definition
     union select jsonb_path_query(sealed_body, '$.**.recipients[*]') #>> '{}' from definition
     union select subject from account_group
     union select unnest(array[jid, lid]) from account
     union select unnest(array[jid, pn, lid]) from account_person
     union select unnest(array[phone_number, challenge]) from pairing
     union select jid from account_group
     union select jid from target
     union select sealed_url from webhook_endpoint`,
  )
  remember(found.rows.map(({ value }) => withoutServer(value)))
}

export async function rememberWhatsApp(whatsapp: SimulatorClient): Promise<void> {
  const [accounts, people, groups] = await Promise.all([
    whatsapp.accounts(),
    whatsapp.people(),
    whatsapp.groups(),
  ])
  remember([
    ...accounts.flatMap(({ phone, lid, name }) => [phone, withoutServer(lid), name]),
    ...people.flatMap(({ phone, lid }) => [phone, withoutServer(lid ?? null)]),
    ...groups.flatMap(({ jid, subject, members }) => [withoutServer(jid), subject, ...members]),
  ])
}

/** Who a JID is of, without the device and the server: the number is personal however it is written. */
function withoutServer(value: string | null): string | null {
  return /^(\d[\d-]*)(?:[_:]\d+)*@[a-z.]+$/.exec(value ?? '')?.[1] ?? value
}
