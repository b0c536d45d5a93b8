import { createHash } from 'node:crypto'
import { canonicalJson, type ReminderDefinition } from '../../domain/definition.js'
import { readDefinition } from '../../domain/definition-versions.js'
import type { Queryable } from '../database.js'

/** SHA-256 of the canonical form, in hex: equal definitions have one digest. */
export function definitionDigest(definition: ReminderDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex')
}

/** Content-addressed: saving twice is saving once, and renews what the retention would take. Returns the digest. */
export async function saveDefinition(db: Queryable, definition: ReminderDefinition): Promise<string> {
  const digest = definitionDigest(definition)
  await db.query(
    'insert into definition (digest, body) values ($1, $2) on conflict (digest) do update set created_at = now()',
    [digest, canonicalJson(definition)],
  )
  return digest
}

/** The same of many, in one statement; in the order of the digests, so that two of these never wait for each other. */
export async function saveDefinitions(
  db: Queryable,
  definitions: ReadonlyMap<string, ReminderDefinition>,
): Promise<void> {
  const saved = [...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))
  await db.query(
    `insert into definition (digest, body) select * from unnest($1::text[], $2::jsonb[])
     on conflict (digest) do update set created_at = now()`,
    [saved.map(([digest]) => digest), saved.map(([, definition]) => canonicalJson(definition))],
  )
}

/** A definition, and the operator that its account belongs to: undefined where there is none, or it is being removed. */
export async function findDefinition(
  db: Queryable,
  digest: string,
): Promise<{ definition: ReminderDefinition; owner: string | undefined } | undefined> {
  const { rows } = await db.query<{ body: unknown; owner: string | null }>(
    `select d.body, a.operator as owner from definition d left join account a on a.id = d.body ->> 'account' and a.state <> 'removed'
       and not exists (select from unlinking u where u.account_id = a.id and u.removes)
     where d.digest = $1`,
    [digest],
  )
  return rows[0] && { definition: readDefinition(rows[0].body), owner: rows[0].owner ?? undefined }
}
