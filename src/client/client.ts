import { createAccounts, type Accounts } from './accounts/accounts.js'
import type { ClientContext } from './context.js'
import { createGroups, type Groups } from './accounts/groups.js'
import { withPostgresErrors } from './postgres-errors.js'
import { createMedia, type Media } from './media.js'
import { createReconcile, type Reconcile } from './reconcile.js'
import { createReminders, type Reminders } from './reminders/reminders.js'
import { createRuns, type Runs } from './runs/runs.js'
import { createWebhooks, type Webhooks } from './webhooks/webhooks.js'

export type CarillonClient = {
  accounts: Accounts
  groups: Groups
  reminders: Reminders
  runs: Runs
  webhooks: Webhooks
  reconcile: Reconcile
  media: Media
}

/** Everything an operator does, as a library. It opens nothing: what it is given stays the caller's to close. */
export function createCarillonClient(context: ClientContext): CarillonClient {
  const accounts = createAccounts(context)
  return {
    accounts: withPostgresErrors(accounts),
    groups: withPostgresErrors(createGroups(context, accounts)),
    reminders: withPostgresErrors(createReminders(context)),
    runs: withPostgresErrors(createRuns(context)),
    webhooks: withPostgresErrors(createWebhooks(context)),
    reconcile: withPostgresErrors(createReconcile(context)),
    media: withPostgresErrors(createMedia(context)),
  }
}
