import { ofAccounts } from './accounts.js'
import { ofApi } from './api.js'
import { ofEvents } from './events.js'
import { ofInbox } from './inbox.js'
import { perMessage, perRun } from './ledger.js'
import { ofOperators } from './operators.js'
import { ofReceipts } from './receipts.js'
import { ofReminders } from './reminders.js'
import type { Statements } from './statements.js'
import { views } from './views.js'
import { ofWebhooks } from './webhooks.js'

export const allStatements: Statements = {
  ...perMessage,
  ...perRun,
  ...ofReminders,
  ...ofAccounts,
  ...views,
  ...ofWebhooks,
  ...ofInbox,
  ...ofApi,
  ...ofEvents,
  ...ofOperators,
  ...ofReceipts,
}
