import { unasked, type Asker } from '../audit.js'
import type { Queryable } from '../database.js'
import type { ReminderKey } from './reminders.js'

export type NewReminder = {
  dedupeKey: string
  accountId: string
  digest: string
  nextFire: string | null
  cursor: string | undefined
}

/**
 * Takes the dedupe keys of many, each once, in one statement; returns those that were free. In the order of the keys, so
 * that two of these never wait for each other.
 */
export async function insertReminders(
  db: Queryable,
  { operator, reminders }: { operator: string; reminders: readonly NewReminder[] },
  asker: Asker = unasked,
): Promise<Set<string>> {
  const inOrder = reminders.toSorted((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1))
  const { rows } = await db.query<{ key: string }>(
    `with created as (
     insert into reminder (operator, dedupe_key, account_id, digest, next_fire, cursor_at)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
     on conflict (operator, dedupe_key) do nothing
     returning operator, dedupe_key as key
     ), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'reminder:' || operator || '/' || key, 'create', $7, $8 from created
     )
     select key from created`,
    [
      operator,
      inOrder.map(({ dedupeKey }) => dedupeKey),
      inOrder.map(({ accountId }) => accountId),
      inOrder.map(({ digest }) => digest),
      inOrder.map(({ nextFire }) => nextFire),
      inOrder.map(({ cursor }) => cursor ?? null),
      asker.actor,
      asker.via,
    ],
  )
  return new Set(rows.map(({ key }) => key))
}

/** Of one whose workflow cannot be started: nothing has happened to it, and nothing ever would. */
export async function takeBackReminder(
  db: Queryable,
  { operator, dedupeKey, digest }: ReminderKey & { digest: string },
): Promise<void> {
  await db.query(
    `with gone as (
     delete from reminder r
     where r.operator = $1 and r.dedupe_key = $2 and r.digest = $3 and r.state = 'scheduled' and r.revision = 0
       and not exists (select from run where run.operator = r.operator and run.dedupe_key = r.dedupe_key)
     returning r.operator, r.dedupe_key)
     insert into audit (operator, subject, action, via)
     select operator, 'reminder:' || operator || '/' || dedupe_key, 'takeBack', 'system' from gone`,
    [operator, dedupeKey, digest],
  )
}
