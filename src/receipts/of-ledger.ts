import type { Digests } from './digests.js'
import type { NewEntry } from './entry.js'

/** Rows of the ledger and of the audit as Postgres has them, and what of them is in a receipt. */

export type ActionRow = {
  id: number
  at: Date
  subject: string
  action: string
  via: string | null
  actor: string | null
  reason: string | null
}

export type SendRow = {
  /** The id of the message at WhatsApp. */
  id: string
  state: string
  failure: string | null
  ackedAtMs: number | null
}

export type TargetRow = {
  ordinal: number
  jid: string
  state: string
  failure: string | null
  /** By part. */
  sends: SendRow[]
}

export type EndedRun = {
  id: string
  reminder: string
  account: string
  revision: number | null
  trigger: string
  state: string
  scheduledAt: Date
  startedAt: Date | null
  finishedAt: Date
  /** The canonical form of what was sent. Undefined where the key to it is lost: its receipt says nothing of it then. */
  content: string | undefined
  /** By ordinal. */
  targets: TargetRow[]
}

type NewAction = Extract<NewEntry, { kind: 'action' }>
type NewRun = Extract<NewEntry, { kind: 'run' }>

export function actionEntryOf(
  { at, action, subject, via, actor, reason }: ActionRow,
  digests: Digests,
): NewAction {
  return {
    kind: 'action',
    at: at.toISOString(),
    action,
    subject,
    ...(via !== null && { via }),
    ...(actor !== null && { who: digests('who', actor) }),
    ...(reason !== null && { why: digests('why', reason) }),
  }
}

export function runEntryOf(run: EndedRun, digests: Digests): NewRun {
  return {
    kind: 'run',
    run: run.id,
    reminder: run.reminder,
    ...(run.revision !== null && { revision: run.revision }),
    account: run.account,
    trigger: run.trigger,
    state: run.state,
    scheduledAt: run.scheduledAt.toISOString(),
    ...(run.startedAt !== null && { startedAt: run.startedAt.toISOString() }),
    finishedAt: run.finishedAt.toISOString(),
    content: run.content === undefined ? '' : digests('content', run.content),
    targets: run.targets.map((target) => targetEntryOf(target, digests)),
  }
}

function targetEntryOf({ jid, state, failure, sends }: TargetRow, digests: Digests) {
  return {
    to: digests('recipient', jid),
    state,
    ...(failure !== null && { failure }),
    sends: sends.map((send) => ({
      id: send.id,
      state: send.state,
      ...(send.ackedAtMs !== null && { ackedAt: new Date(send.ackedAtMs).toISOString() }),
      ...(send.failure !== null && { failure: send.failure }),
    })),
  }
}
