import type { ReminderState } from '../domain/states.js'
import type { UpdateKey } from '../domain/telegram.js'
import type { RunOutcome, SessionEnd, Situation, UpdateEnd, WebhookEnd } from './payloads.js'

/**
 * The arguments that each workflow is started with from outside, and its result. A workflow may take more: the state that
 * it carries when it continues as new.
 */
export type Workflows = {
  reminder: (args: ReminderArgs) => Promise<ReminderResult>
  run: (args: RunArgs) => Promise<RunOutcome>
  accountLock: (args: AccountArgs) => Promise<void>
  accountSession: (args: AccountArgs) => Promise<SessionEnd>
  webhooks: () => Promise<void>
  webhookDelivery: (args: WebhookDeliveryArgs) => Promise<WebhookEnd>
  groupsRefresh: (args: AccountArgs) => Promise<void>
  telegramUpdate: (args: UpdateKey) => Promise<UpdateEnd>
  telegramProgress: (args: ProgressArgs) => Promise<void>
  keyRotation: () => Promise<void>
}

export type ReminderKey = { operator: string; dedupeKey: string }

export type ReminderArgs = ReminderKey & {
  /** How Postgres has it, where that is known to who starts it: the workflow then asks nobody. */
  carried?: { situation: Situation }
}
export type ReminderResult = { state: ReminderState; run?: RunOutcome }

/** The arguments of a run. Its row has all of them, so Temporal need not remember them. */
export type StoredRunArgs = {
  runId: string
  operator: string
  dedupeKey: string
  accountId: string
  digest: string
  /** An instant in UTC. */
  scheduledAt: string
  /** An instant in UTC after which nothing more is sent. */
  deadline: string
  priority: number
  groupConcurrency: number
}

export type RunArgs = StoredRunArgs & {
  /** It had ended: its `retryFailed` opens it again, with a deadline of its own. */
  isRetry?: true
}

export type AccountArgs = { accountId: string }

export type WebhookDeliveryArgs = { eventId: string; endpointId: string; turn: number }

/** `id` of its row in Postgres, which has what is personal. */
export type ProgressArgs = { id: string }
