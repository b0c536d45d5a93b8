import type { Part } from '../../domain/definition.js'
import type { Queryable } from '../database.js'

export async function runParts(db: Queryable, runId: string): Promise<Part[]> {
  const { rows } = await db.query<{ parts: Part[] }>(
    `select d.parts from run r join definition d on d.digest = r.digest where r.id = $1`,
    [runId],
  )
  return rows[0]?.parts ?? []
}

/** The uploaded media of a run by part, as encoded `proto.Message`s. */
export async function uploadsOf(db: Queryable, runId: string): Promise<Map<number, Buffer>> {
  const { rows } = await db.query<{ part: number; content: Buffer }>(
    `select part, content from upload where run_id = $1`,
    [runId],
  )
  return new Map(rows.map((row) => [row.part, row.content]))
}

/** Keeps the first upload of a part where two attempts made one each. */
export async function saveUpload(
  db: Queryable,
  { runId, part, content }: { runId: string; part: number; content: Uint8Array },
): Promise<void> {
  await db.query(
    `insert into upload (run_id, part, content) values ($1, $2, $3) on conflict (run_id, part) do nothing`,
    [runId, part, content],
  )
}
