import { askToDefine } from '../../src/client/reminders/ask-to-define.js'
import type { ReminderDefinition } from '../../src/domain/definition.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import type { Reminded } from './reminding.js'
import type { System, TestGroup } from './system.js'

type Defining = {
  key: string
  account: string
  groups: TestGroup[]
  texts: string[]
  /** An instant, whole seconds. */
  at: string
  policies: Partial<ReminderDefinition>
}

/** A reminder of text parts by its definition: with policies that the friendly form may not have. */
export async function defineWith(
  system: System,
  { key, account, groups, texts, at, policies }: Defining,
): Promise<Reminded> {
  const digest = await saveDefinition(system.database, {
    version: 2,
    account,
    audience: { kind: 'list', recipients: groups.map(({ jid }) => jid) },
    parts: texts.map((text) => ({ kind: 'text', text })),
    schedule: { kind: 'once', at, zone: 'UTC' },
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 3_600_000,
    deliverWithinMs: 12 * 3_600_000,
    onUncertain: 'resend',
    groupConcurrency: 1,
    ...policies,
  })
  const { operator, temporal } = system
  const answer = await askToDefine(temporal, {
    operator,
    key,
    digest,
    accountId: account,
    at,
    timeoutMs: 30_000,
  })
  if (answer.kind !== 'created') throw new Error(`the reminder ${key} is ${answer.kind}`)
  return { key, runId: runWorkflowId(operator, key, at), groups, texts }
}
