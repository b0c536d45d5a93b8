import type { Part } from '../../domain/definition.js'
import { sealingOf, type Queryable } from '../database.js'
import type { Context, KeyRing } from '../encryption/key-ring.js'
import { sealedBytes } from '../encryption/sealed-value.js'
import { readableParts } from '../reminders/definitions.js'

export async function runParts(db: Queryable, runId: string): Promise<Part[]> {
  const { rows } = await db.query<{ parts: Part[] }>(
    `select d.sealed_parts as parts from run r join definition d on d.digest = r.digest where r.id = $1`,
    [runId],
  )
  return [...readableParts(rows[0]?.parts ?? [])]
}

/** The uploaded media of a run by part, as encoded `proto.Message`s. */
export async function uploadsOf(db: Queryable, runId: string): Promise<Map<number, Buffer>> {
  const { ring } = await sealingOf(db)
  const { rows } = await db.query<UploadRow & { part: number }>(
    `select part, content, is_sealed as "isSealed" from upload where run_id = $1`,
    [runId],
  )
  return new Map(rows.map((row) => [row.part, openUpload(ring, row, { runId, part: row.part })]))
}

type UploadRow = { content: Buffer; isSealed: boolean }

export function openUpload(
  ring: KeyRing,
  { content, isSealed }: UploadRow,
  { runId, part }: { runId: string; part: number },
): Buffer {
  return isSealed ? ring.open(content, uploadContext(runId, part)) : content
}

export function uploadContext(runId: string, part: number): Context {
  return ['upload', runId, String(part)]
}

/** Keeps the first upload of a part where two attempts made one each. */
export async function saveUpload(
  db: Queryable,
  { runId, part, content }: { runId: string; part: number; content: Uint8Array },
): Promise<void> {
  await db.query(
    `insert into upload (run_id, part, content, is_sealed) values ($1, $2, $3, true)
     on conflict (run_id, part) do nothing`,
    [runId, part, sealedBytes(content, uploadContext(runId, part))],
  )
}
