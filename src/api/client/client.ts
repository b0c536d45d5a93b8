import type { CarillonClient } from '../../client/client.js'
import type { Check } from '../../doctor/check.js'
import { reconciledAnswer, systemAnswer } from '../v1/answers/system.js'
import { httpAudit, httpTokens } from './access.js'
import { httpAccounts, httpGroups } from './accounts.js'
import { httpMedia } from './media.js'
import { httpReminders } from './reminders.js'
import { httpRuns } from './runs.js'
import { httpBots, httpInbox } from './telegram.js'
import { createTransport, type Transport, type TransportOptions } from './transport.js'
import { httpWebhooks } from './webhooks.js'

export type HttpClient = CarillonClient & {
  /** What the API finds where it runs. */
  system: () => Promise<{ ok: boolean; version: string; checks: Check[] }>
}

const reconcileTimeLimitMs = 310_000

/**
 * Everything that a token allows, over HTTP: the same interface as the client that reaches Temporal and Postgres itself, with the
 * same answers and the same errors. A request is done once, also where its answer is lost and it is sent again.
 */
export function createHttpClient(options: TransportOptions): HttpClient {
  const transport: Transport = createTransport(options)
  const { ask } = transport
  return {
    accounts: httpAccounts(transport),
    groups: httpGroups(transport),
    reminders: httpReminders(transport),
    runs: httpRuns(transport),
    webhooks: httpWebhooks(transport),
    bots: httpBots(transport),
    inbox: httpInbox(transport),
    tokens: httpTokens(transport),
    audit: httpAudit(transport),
    media: httpMedia(transport),
    reconcile: async ({ dryRun = false } = {}) =>
      await ask(reconciledAnswer, {
        method: 'POST',
        path: '/jobs/reconcile',
        body: { dryRun },
        timeLimitMs: reconcileTimeLimitMs,
      }),
    system: async () => await ask(systemAnswer, { method: 'GET', path: '/system' }),
  }
}
