import { pollUntil } from '../../src/client/waiting.js'
import type { CampaignSystem } from '../shared/system.js'
import type { SendRow } from './judge.js'

// Temporal's list follows the truth by a moment, and a reminder's workflow ends just after its row says so.
const closingMs = 60_000

export async function allSends({ client }: CampaignSystem): Promise<SendRow[]> {
  const { rows } = await client.database.query<SendRow>(
    `select s.run_id as "runId", t.jid as chat, s.part, s.message_id as "messageId", s.state,
       t.state as "targetState", r.state as "runState"
     from send s join target t using (run_id, ordinal) join run r on r.id = s.run_id
     order by s.run_id, s.ordinal, s.part`,
  )
  return rows
}

/** What should not be there when everything is done, in words. */
export async function leftovers(system: CampaignSystem): Promise<string[]> {
  const { database } = system.client
  const runs = await database.query<{ key: string; runs: number }>(
    `select dedupe_key as key, count(*) as runs from run group by dedupe_key having count(*) <> 1`,
  )
  const reminders = await database.query<{ key: string; state: string }>(
    `select dedupe_key as key, state from reminder where state <> 'completed'`,
  )
  return [
    ...(await heldUp(system)),
    ...runs.rows.map(({ key, runs }) => `reminder ${key} has ${runs} runs`),
    ...reminders.rows.map(({ key, state }) => `reminder ${key} ended as ${state}`),
  ]
}

/** Workflows that are open or broken, and locks that are held, when everything is done, in words. */
export async function heldUp(system: CampaignSystem): Promise<string[]> {
  const { database } = system.client
  const { answer: open } = await pollUntil({
    ask: async () => await list(system, `ExecutionStatus = "Running"`),
    isDone: (found) => found.every(isEndless),
    timeoutMs: closingMs,
  })
  const broken = await list(system, `ExecutionStatus in ("Failed", "TimedOut", "Terminated")`)
  const { answer: locked } = await pollUntil({
    ask: async () => {
      const locks = await database.query<{ id: string; holder: string }>(
        `select id, lock_holder as holder from account where lock_holder is not null`,
      )
      return locks.rows
    },
    isDone: (rows) => rows.length === 0,
    timeoutMs: closingMs,
  })
  return [
    ...open.filter((id) => !isEndless(id)).map((id) => `still open in Temporal: ${id}`),
    ...broken.map((id) => `failed in Temporal: ${id}`),
    ...locked.map(({ id, holder }) => `the lock of ${id} is still held by ${holder}`),
  ]
}

/**
 * Sessions live as long as their accounts; a lock stays a while for the next run; a job comes now and then, and one whose
 * worker has died is missed two minutes later.
 */
function isEndless(workflowId: string): boolean {
  return ['session:', 'lock:', 'job:'].some((kind) => workflowId.startsWith(kind))
}

async function list({ client }: CampaignSystem, query: string): Promise<string[]> {
  const ids: string[] = []
  for await (const { workflowId } of client.temporal.workflow.list({ query })) ids.push(workflowId)
  return ids
}
