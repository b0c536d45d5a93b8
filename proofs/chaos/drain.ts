import { pause } from '../../src/pause.js'
import { messageOf } from '../../src/stack/errors.js'
import type { CampaignSystem } from '../shared/system.js'

export type Left = { key: string; state: string; runId: string | null; runState: string | null }

const lookMs = 1_000

/** Resumes whatever is still paused and waits until nothing is left to do. Returns what is, when the time is over. */
export async function drain(
  system: CampaignSystem,
  { timeoutMs, onLeft }: { timeoutMs: number; onLeft: (left: number) => void },
): Promise<string[]> {
  const deadline = Date.now() + timeoutMs
  let left: Left[] | undefined
  while (left === undefined || left.length > 0) {
    if (Date.now() > deadline) return left?.map(describeLeft) ?? ['Postgres could not be asked']
    await pause(lookMs)
    try {
      await resumeAll(system)
      left = await whatIsLeft(system)
      onLeft(left.length)
    } catch (error) {
      system.journal.write('drain: will try again', { error: messageOf(error).slice(0, 200) })
    }
  }
  return []
}

export function describeLeft({ key, state, runId, runState }: Left): string {
  return `not over: reminder ${key} (${state}), run ${runId ?? 'none'} (${runState ?? ''})`
}

/** A pause that was signalled while everything was down may land now. */
async function resumeAll({ client }: CampaignSystem): Promise<void> {
  for (const { id, pausedReason } of await client.accounts.list())
    if (pausedReason !== null) await client.accounts.resumeSends(id)
  const reminders = await client.database.query<{ key: string }>(
    `select dedupe_key as key from reminder where state = 'paused'`,
  )
  for (const { key } of reminders.rows) await client.reminders.resume(key)
  const runs = await client.database.query<{ id: string }>(`select id from run where state = 'paused'`)
  for (const { id } of runs.rows) await client.runs.resume(id)
}

export async function whatIsLeft({ client }: CampaignSystem): Promise<Left[]> {
  const { rows } = await client.database.query<Left>(
    `select r.dedupe_key as key, r.state, run.id as "runId", run.state as "runState"
     from reminder r left join run using (operator, dedupe_key)
     where r.ended_at is null or run.finished_at is null order by r.created_at`,
  )
  return rows
}
