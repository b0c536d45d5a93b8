import { canonicalJson } from '../../domain/definition.js'
import type { EndedRun, SendRow, TargetRow } from '../../receipts/of-ledger.js'
import type { Queryable } from '../database.js'
import { EncryptionKeyError } from '../encryption/key-ring.js'
import { storedDefinition } from '../reminders/definitions.js'

/** Of a run, as it is selected for its receipt. */
export const endedColumns = `id, operator, dedupe_key as reminder, account_id as account, revision, trigger, state,
  scheduled_at as "scheduledAt", started_at as "startedAt", finished_at as "finishedAt", digest`

export type EndedRow = Omit<EndedRun, 'content' | 'targets'> & { operator: string; digest: string }

/** The same runs with what was sent and to whom. */
export async function withTargets(
  client: Queryable,
  runs: readonly EndedRow[],
): Promise<(EndedRun & { operator: string })[]> {
  if (runs.length === 0) return []
  const contents = await contentsOf(client, runs)
  const targets = await targetsOf(
    client,
    runs.map(({ id }) => id),
  )
  return runs.map(({ digest, ...run }) => ({
    ...run,
    content: contents.get(digest),
    targets: targets.get(run.id) ?? [],
  }))
}

async function contentsOf(
  client: Queryable,
  runs: readonly EndedRow[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ digest: string; body: unknown }>(
    `select digest, sealed_body as body from definition where digest = any ($1)`,
    [[...new Set(runs.map(({ digest }) => digest))]],
  )
  return new Map(
    rows.flatMap(({ digest, body }) => {
      const parts = partsOf(body)
      return parts ? [[digest, canonicalJson(parts)]] : []
    }),
  )
}

/** Undefined where the key to it is lost. */
function partsOf(body: unknown): unknown {
  try {
    return storedDefinition(body).parts
  } catch (error) {
    if (error instanceof EncryptionKeyError) return undefined
    throw error
  }
}

async function targetsOf(
  client: Queryable,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, TargetRow[]>> {
  const { rows } = await client.query<
    Omit<TargetRow, 'sends'> & {
      runId: string
      sends: [id: string, state: string, failure: string | null, ackedAtMs: number | null][]
    }
  >(
    `select t.run_id as "runId", t.ordinal, t.jid, t.state, t.failure,
       coalesce((select jsonb_agg(jsonb_build_array(s.message_id, s.state, s.failure,
                   floor(extract(epoch from s.acked_at) * 1000)) order by s.part)
                 from send s where s.run_id = t.run_id and s.ordinal = t.ordinal), '[]') as sends
     from target t where t.run_id = any ($1) order by t.run_id, t.ordinal`,
    [runIds],
  )
  const found = new Map<string, TargetRow[]>()
  for (const { runId, sends, ...target } of rows) {
    const targets = found.get(runId) ?? []
    found.set(runId, targets)
    targets.push({ ...target, sends: sends.map((send) => sendRow(send)) })
  }
  return found
}

function sendRow([id, state, failure, ackedAtMs]: [string, string, string | null, number | null]): SendRow {
  return { id, state, failure, ackedAtMs }
}
