import { join } from 'node:path'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { pollUntil } from '../../src/client/waiting.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { spellInstant } from '../../src/domain/hours/zone.js'
import type { Expected } from '../chaos/judge.js'
import type { CampaignAccount } from './scene.js'
import { operator, type CampaignSystem } from './system.js'

export type ReminderToMake = { key: string; groups: number[]; hasImage: boolean; dueInMs: number }

export type Made = {
  input: Parameters<CampaignSystem['client']['reminders']['create']>[0]
  expected: Expected[]
}

/** The first whole second that is so far away, as an occurrence is spelled. */
export function wholeSecondFromNow(leadMs: number): string {
  return spellInstant(new Date(Math.ceil((Date.now() + leadMs) / 1_000) * 1_000))
}

/** What one takes to create, with its first step. */
const createMs = 30
/** Until all is quiet after that. */
const calmMs = 8_000

/** The earliest time for so many that are created in one call: they are, and all is quiet by then. */
export function dueOnceCreated(count: number): string {
  return wholeSecondFromNow(calmMs + createMs * count)
}

/** @throws where one of them is not new */
export async function createAll(
  { client }: Pick<CampaignSystem, 'client'>,
  inputs: readonly ReminderInput[],
): Promise<void> {
  const { counts } = await client.reminders.createMany(inputs)
  if (counts.created !== inputs.length) throw new Error(`not all were created: ${JSON.stringify(counts)}`)
}

/** A one-off reminder of two parts, and what each of its groups should read of it. Texts are the key's: synthetic. */
export function reminderOf(
  account: CampaignAccount,
  { key, groups, hasImage, dueInMs }: ReminderToMake,
): Made {
  const texts = [`${key}, first`, `${key}, second`]
  const at = wholeSecondFromNow(dueInMs)
  const chosen = groups.flatMap((index) => account.groups[index] ?? [])
  const runId = runWorkflowId(operator, key, at)
  return {
    input: {
      key,
      account: account.id,
      to: chosen.map(({ jid }) => jid),
      parts: [
        { text: texts[0] ?? '' },
        hasImage
          ? { image: join(projectRoot(), 'examples/class-trip.jpg'), caption: texts[1] ?? '' }
          : { text: texts[1] ?? '' },
      ],
      at,
      zone: 'UTC',
    },
    expected: chosen.map(({ jid, members }) => ({
      runId,
      chat: jid,
      members,
      parts: texts.map((text, part) => ({ text, isImage: hasImage && part === 1 })),
    })),
  }
}

/** The operator's reminders that are not over: in Postgres, and open in Temporal, whose index lags. */
export async function countOpenReminders(
  { client }: Pick<CampaignSystem, 'client'>,
  expected: number,
): Promise<{ reminders: number; workflows: number }> {
  const { rows } = await client.database.query<{ count: number }>(
    'select count(*) from reminder where operator = $1 and ended_at is null',
    [operator],
  )
  const { answer } = await pollUntil({
    ask: async () =>
      (await client.temporal.workflow.count(`WorkflowType = 'reminder' and ExecutionStatus = 'Running'`))
        .count,
    isDone: (count) => count >= expected,
    timeoutMs: 60_000,
  })
  return { reminders: rows[0]?.count ?? 0, workflows: answer }
}

/** The account's reminders that are not over. */
export async function countOpen({ database }: CampaignSystem['client'], accountId: string): Promise<number> {
  const { rows } = await database.query<{ open: number }>(
    `select count(*) as open from reminder where account_id = $1 and ended_at is null`,
    [accountId],
  )
  return rows[0]?.open ?? 0
}

/**
 * Waits until so many reminders whose keys begin with `<key>-` are over.
 * @throws when they are not by then
 */
export async function untilRemindersEnded(
  { client: { database } }: Pick<CampaignSystem, 'client'>,
  {
    key,
    count,
    signal,
    ...pace
  }: { key: string; count: number; timeoutMs: number; intervalMs?: number; signal: AbortSignal },
): Promise<void> {
  const { isDone } = await pollUntil({
    ask: async () => {
      signal.throwIfAborted()
      const { rows } = await database.query<{ ended: number }>(
        `select count(*) as ended from reminder where operator = $1 and dedupe_key like $2 and ended_at is not null`,
        [operator, `${key}-%`],
      )
      return rows[0]?.ended ?? 0
    },
    isDone: (ended) => ended === count,
    ...pace,
  })
  if (!isDone) throw new Error(`the reminders ${key} are not over`)
}
