import type { Workflows } from '../protocol/workflows.js'
import { accountLock } from './account-lock/account-lock.js'
import { accountSession } from './account-session.js'
import { groupDelivery } from './run/group-delivery.js'
import { groupsRefresh, keyRotation, metadataRefresh, receipts, reconcile, retention } from './jobs.js'
import { reminder } from './reminder/reminder.js'
import { run } from './run/run.js'
import { telegramProgress } from './telegram/progress.js'
import { telegramUpdate } from './telegram/update.js'
import { webhookDelivery } from './webhooks/delivery.js'
import { webhooks } from './webhooks/webhooks.js'

export {
  accountLock,
  accountSession,
  groupDelivery,
  groupsRefresh,
  keyRotation,
  metadataRefresh,
  receipts,
  reconcile,
  reminder,
  retention,
  run,
  telegramProgress,
  telegramUpdate,
  webhookDelivery,
  webhooks,
}

/** Compiles as long as each takes what it is started with from outside. */
type StartedAs<Taken extends Workflows> = Taken
export type StartedFromOutside = StartedAs<{
  accountLock: typeof accountLock
  accountSession: typeof accountSession
  groupsRefresh: typeof groupsRefresh
  keyRotation: typeof keyRotation
  reminder: typeof reminder
  run: typeof run
  telegramProgress: typeof telegramProgress
  telegramUpdate: typeof telegramUpdate
  webhookDelivery: typeof webhookDelivery
  webhooks: typeof webhooks
}>
