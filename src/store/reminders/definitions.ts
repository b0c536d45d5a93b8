import { canonicalJson, type Part, type ReminderDefinition } from '../../domain/definition.js'
import { readDefinition } from '../../domain/definition-versions.js'
import { sealingOf, type Queryable } from '../database.js'
import { EncryptionKeyError } from '../encryption/key-ring.js'
import { isForeignToken, type Sealing } from '../encryption/sealing.js'

/**
 * A keyed digest of the canonical form, in hex: equal definitions have one, and nobody can try which text it is of. Definitions that
 * were stored before digests were keyed keep the one that they have, since workflows know them by it.
 */
export function definitionDigest(
  { digest }: { digest: (purpose: string, text: string) => string },
  definition: ReminderDefinition,
): string {
  return digest('definition', canonicalJson(definition))
}

/** Content-addressed: saving twice is saving once, and renews what the retention would take. Returns the digest. */
export async function saveDefinition(db: Queryable, definition: ReminderDefinition): Promise<string> {
  const sealing = await sealingOf(db)
  const digest = definitionDigest(sealing, definition)
  await db.query(
    'insert into definition (digest, sealed_body) values ($1, $2) on conflict (digest) do update set created_at = now()',
    [digest, sealedBody(sealing, definition)],
  )
  return digest
}

/** The same of many, in one statement; in the order of the digests, so that two of these never wait for each other. */
export async function saveDefinitions(
  db: Queryable,
  definitions: ReadonlyMap<string, ReminderDefinition>,
): Promise<void> {
  const sealing = await sealingOf(db)
  const saved = [...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))
  await db.query(
    `insert into definition (digest, sealed_body) select * from unnest($1::text[], $2::jsonb[])
     on conflict (digest) do update set created_at = now()`,
    [saved.map(([digest]) => digest), saved.map(([, definition]) => sealedBody(sealing, definition))],
  )
}

/** A definition, and the operator that its account belongs to: undefined where there is none, or it is being removed. */
export async function findDefinition(
  db: Queryable,
  digest: string,
): Promise<{ definition: ReminderDefinition; owner: string | undefined } | undefined> {
  const { rows } = await db.query<{ body: unknown; owner: string | null }>(
    `select d.sealed_body as body, a.operator as owner from definition d left join account a on a.id = d.sealed_body ->> 'account' and a.state <> 'removed'
       and not exists (select from unlinking u where u.account_id = a.id and u.removes)
     where d.digest = $1`,
    [digest],
  )
  return rows[0] && { definition: storedDefinition(rows[0].body), owner: rows[0].owner ?? undefined }
}

/**
 * As JSON, with what it says sealed and an alias for each number in it. The rest is in clear: Postgres plans by it, and it says
 * of nobody what.
 */
export function sealedBody(sealing: Sealing, definition: ReminderDefinition): string {
  return bodyWith(sealing, definition, (text) => sealing.words(text))
}

function bodyWith(sealing: Sealing, definition: ReminderDefinition, said: (text: string) => string): string {
  const { audience, parts, stepParts, ...rest } = definition
  const sealed = (one: Part): Part => {
    if (one.kind === 'text') return { ...one, text: said(one.text) }
    return one.caption === undefined ? one : { ...one, caption: said(one.caption) }
  }
  return canonicalJson({
    ...rest,
    audience:
      audience.kind === 'list'
        ? { ...audience, recipients: audience.recipients.map((jid) => sealing.numbersHidden(jid)) }
        : audience,
    parts: parts.map(sealed),
    ...(stepParts && { stepParts: stepParts.map((step) => step.map(sealed)) }),
  })
}

/** A stored body, as JSON, under the current key; sealed where it was in clear. */
export function resealedBody(sealing: Sealing, stored: string): string {
  const body = JSON.parse(stored) as ReminderDefinition
  const sealed = bodyWith(sealing, body, (text) => (sealing.hasWords(text) ? text : sealing.words(text)))
  const rotated = sealing.rotated(sealed) ?? sealed
  return rotated === canonicalJson(body) ? stored : rotated
}

/** A body as it was read, of any version. @throws EncryptionKeyError where it was sealed with a secret that is lost */
export function storedDefinition(body: unknown): ReminderDefinition {
  const { parts, stepParts = [] } = body as { parts?: Part[]; stepParts?: Part[][] }
  readableParts([...(parts ?? []), ...stepParts.flat()])
  return readDefinition(body)
}

/** @throws EncryptionKeyError: nobody is sent what is sealed. */
export function readableParts(parts: readonly Part[]): readonly Part[] {
  for (const one of parts)
    if (isForeignToken((one.kind === 'text' ? one.text : one.caption) ?? ''))
      throw new EncryptionKeyError(
        'What a reminder says was encrypted with a key that is lost: give it its content again, or delete it.',
      )
  return parts
}
