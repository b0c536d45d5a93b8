import { z } from 'zod'
import { accountStates, type AccountState } from '../domain/states.js'

/** What of an event is told in chats: an account needs somebody, or a run did not reach everybody. */
export type Alert = { accountId: string; text: string }

const accountEvent = z.object({
  accountId: z.string(),
  state: z.enum(accountStates),
  before: z.enum(accountStates),
})
const runEvent = z.object({
  accountId: z.string(),
  reminderKey: z.string(),
  runId: z.string(),
  state: z.string(),
  counts: z.record(z.string(), z.int()),
})

/** In which an account sends nothing before somebody has done something. A limit ends by itself. */
const needing: Partial<Record<AccountState, string>> = {
  logged_out: 'was logged out by its phone. Link it again: carillon account pair',
  replaced: 'is used somewhere else at the same time. End the other one',
  banned: 'is banned by WhatsApp. See it in the app on its phone',
  temporarily_banned: 'is banned by WhatsApp for a while. Leave it alone until that is over',
  outdated: 'is refused by WhatsApp for its version. Update Carillon, or set CARILLON_WHATSAPP_VERSION',
  unreadable: 'has keys that cannot be read: is CARILLON_ENCRYPTION_KEY right?',
}

/** Undefined where nobody is to be told. */
export function alertOf(type: string, data: unknown): Alert | undefined {
  switch (type) {
    case 'account.state':
      return accountAlert(accountEvent.parse(data))
    case 'run.failed':
    case 'run.finished':
      return runAlert(runEvent.parse(data))
    default:
      return undefined
  }
}

function accountAlert({ accountId, state, before }: z.output<typeof accountEvent>): Alert | undefined {
  const why = needing[state]
  if (why !== undefined) return { accountId, text: `⚠️ Account '${accountId}' ${why}.` }
  // What was told to be broken is told to be well: mostly it was linked again before.
  const isMended = state === 'connected' && (before === 'pairing' || needing[before] !== undefined)
  return isMended ? { accountId, text: `✅ Account '${accountId}' is connected.` } : undefined
}

function runAlert({
  accountId,
  reminderKey,
  runId,
  state,
  counts,
}: z.output<typeof runEvent>): Alert | undefined {
  const lost = ['failed', 'unknown', 'expired'].filter((one) => (counts[one] ?? 0) > 0)
  if (state !== 'failed' && lost.length === 0) return undefined
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const which = [
    `${counts['delivered'] ?? 0} of ${all} delivered`,
    ...lost.map((one) => `${counts[one]} ${one}`),
  ].join(', ')
  const what = state === 'failed' ? 'failed' : 'did not reach everybody'
  return {
    accountId,
    text: `⚠️ The run of '${reminderKey}' ${what}: ${which}.\nMore: /progress ${runId}`,
  }
}
