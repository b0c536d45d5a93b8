import { createAccounts, type Accounts } from './accounts.js'
import type { ClientContext } from './context.js'
import { createGroups, type Groups } from './groups.js'
import { createReconcile, type Reconcile } from './reconcile.js'
import { createReminders, type Reminders } from './reminders.js'
import { createRuns, type Runs } from './runs.js'
import { createWebhooks, type Webhooks } from './webhooks.js'

export type CarillonClient = {
  accounts: Accounts
  groups: Groups
  reminders: Reminders
  runs: Runs
  webhooks: Webhooks
  reconcile: Reconcile
}

/** Everything an operator does, as a library. It opens nothing: what it is given stays the caller's to close. */
export function createCarillonClient(context: ClientContext): CarillonClient {
  const accounts = createAccounts(context)
  return {
    accounts,
    groups: createGroups(context, accounts),
    reminders: createReminders(context),
    runs: createRuns(context),
    webhooks: createWebhooks(context),
    reconcile: createReconcile(context),
  }
}
