import type { Access } from '../domain/access.js'
import type { Way } from '../domain/ways.js'
import { createAccounts, type Accounts } from './accounts/accounts.js'
import { allowed } from './allowed.js'
import type { ClientContext } from './context.js'
import { createGroups, type Groups } from './accounts/groups.js'
import { createAudit, type Audit } from './operators/audit.js'
import { createTokens, type Tokens } from './operators/tokens.js'
import { withPostgresErrors } from './postgres-errors.js'
import { createMedia, type Media } from './media.js'
import { createReconcile, type Reconcile } from './reconcile.js'
import { createReminders, type Reminders } from './reminders/reminders.js'
import { createRuns, type Runs } from './runs/runs.js'
import { createBots, type Bots } from './telegram/bots.js'
import { createInbox, type Inbox } from './telegram/inbox.js'
import { createWebhooks, type Webhooks } from './webhooks/webhooks.js'

export type CarillonClient = {
  accounts: Accounts
  groups: Groups
  reminders: Reminders
  runs: Runs
  webhooks: Webhooks
  bots: Bots
  inbox: Inbox
  tokens: Tokens
  audit: Audit
  reconcile: Reconcile
  media: Media
}

/**
 * Everything an operator does, as a library. It opens nothing: what it is given stays the caller's to close. With an
 * `access` it is for the holder of a token: what is of another operator, or of another account than the token's, is answered
 * as what is not there.
 */
export function createCarillonClient(context: ClientContext): CarillonClient {
  const accounts = createAccounts(context)
  const client = {
    accounts: withPostgresErrors(accounts),
    groups: withPostgresErrors(createGroups(context, accounts)),
    reminders: withPostgresErrors(createReminders(context)),
    runs: withPostgresErrors(createRuns(context)),
    webhooks: withPostgresErrors(createWebhooks(context)),
    bots: withPostgresErrors(createBots(context)),
    inbox: withPostgresErrors(createInbox(context)),
    tokens: withPostgresErrors(createTokens(context)),
    audit: withPostgresErrors(createAudit(context)),
    reconcile: withPostgresErrors(createReconcile(context)),
    media: withPostgresErrors(createMedia(context)),
  }
  return context.access === undefined ? client : allowed(client, context.access)
}

/** The client of who holds a token. @param via how it is asked, for the audit; as `scopes` was given it, when not given */
export type ForAccess = (access: Access, via?: Way) => CarillonClient
