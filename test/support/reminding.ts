import { expect } from 'vitest'
import type { InboxMessage } from '../../simulator/client.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { eventually } from './eventually.js'
import type { System, TestGroup } from './system.js'

export type Reminded = { key: string; runId: string; groups: TestGroup[]; texts: string[] }

type ReminderInput = {
  key: string
  account: string
  groups: TestGroup[]
  /** One part each: a text, or the caption of the image where there is one. */
  texts: string[]
  /** The path of an image that every part shows. */
  image?: string
  onUncertain?: 'resend' | 'unknown'
  groupConcurrency?: number
  ratePerMinute?: number
  deliverWithin?: string
}

/** Creates a reminder of text parts that is due at once: in a second or two. */
export async function remind(
  system: System,
  { key, groups, texts, image, ...rest }: ReminderInput,
): Promise<Reminded> {
  const at = soon()
  const created = await system.client.reminders.create({
    key,
    to: groups.map(({ jid }) => jid),
    parts: texts.map((text) => (image === undefined ? { text } : { image, caption: text })),
    at,
    zone: 'UTC',
    ...rest,
  })
  expect(created).toMatchObject({ kind: 'created' })
  return { key, runId: runWorkflowId(system.operator, key, at), groups, texts }
}

/** The next whole second, as an occurrence is spelled. */
export function soon(): string {
  return new Date(Math.ceil((Date.now() + 500) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
}

export async function runEnded(system: System, { runId }: Reminded): Promise<string> {
  return await eventually(async () => {
    const { run } = await system.client.runs.progress(runId)
    expect(['completed', 'partial', 'failed', 'canceled']).toContain(run.state)
    return run.state
  })
}

export type LedgerRow = {
  jid: string
  part: number
  state: string
  attempt: number
  epoch: number | null
  failure: string | null
  messageId: string
}

export async function ledgerOf(system: System, { runId }: Reminded): Promise<LedgerRow[]> {
  const { rows } = await system.database.query<LedgerRow>(
    `select t.jid, s.part, s.state, s.attempt, s.epoch, s.failure, s.message_id as "messageId"
     from send s join target t on t.run_id = s.run_id and t.ordinal = s.ordinal
     where s.run_id = $1 order by s.ordinal, s.part`,
    [runId],
  )
  return rows
}

export type TargetRow = { jid: string; state: string; failure: string | null; reason: string | null }

export async function targetsOf(system: System, { runId }: Reminded): Promise<TargetRow[]> {
  const { rows } = await system.database.query<TargetRow>(
    `select jid, state, failure, reason from target where run_id = $1 order by ordinal`,
    [runId],
  )
  return rows
}

/** What every member shows of its group: these texts, each once, in this order, and nothing that can't be read. */
export async function expectReadOnce(
  system: System,
  { groups, texts }: Pick<Reminded, 'groups' | 'texts'>,
): Promise<void> {
  await system.whatsapp.settled()
  for (const { jid, members } of groups)
    for (const member of members) {
      const { messages, undecryptable } = await system.whatsapp.inbox(member)
      expect(undecryptable).toEqual([])
      expect(shownIn(messages, jid)).toEqual(texts)
    }
}

export function shownIn(messages: InboxMessage[], jid: string): string[] {
  return messages
    .filter(({ chat }) => chat === jid)
    .toSorted((a, b) => a.order - b.order)
    .map(({ text }) => text)
}

/** One run, ended well, every send acknowledged, every member served once and in order. */
export async function expectDeliveredOnce(system: System, reminded: Reminded): Promise<void> {
  expect(await runEnded(system, reminded)).toBe('completed')
  expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toEqual(
    reminded.groups.flatMap(() => reminded.texts.map(() => 'acked')),
  )
  await expectReadOnce(system, reminded)
  const { rows } = await system.database.query(`select from run where dedupe_key = $1`, [reminded.key])
  expect(rows).toHaveLength(1)
  // The reminder follows its run; the account's lock is free for the next one.
  await eventually(async () => {
    expect((await system.client.reminders.show(reminded.key)).state).toBe('completed')
  })
}

/** How many stanzas of the reminder the server accepted: more than its messages where some were sent again. */
export async function stanzasOf(system: System, reminded: Reminded): Promise<number> {
  const ids = new Set((await ledgerOf(system, reminded)).map(({ messageId }) => messageId))
  return (await system.whatsapp.stanzas()).filter(({ id }) => ids.has(id)).length
}
