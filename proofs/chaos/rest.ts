import { pause } from '../../src/pause.js'
import { pollUntil } from '../../src/client/waiting.js'
import type { CampaignSystem } from '../shared/system.js'

// Something is sent in that time on a machine that is not busy.
const restMs = { least: 6_000, most: 60_000 }
/** For each account, on average. */
const messagesSent = 3

/** Lets the system alone until every account is connected and sends: faults that hit nothing prove nothing. */
export async function rest(
  { whatsapp, journal }: CampaignSystem,
  { accounts, signal }: { accounts: number; signal: AbortSignal },
): Promise<void> {
  const startedAt = Date.now()
  const before = (await whatsapp.stats()).stanzas
  await pause(restMs.least, signal)
  const { isDone } = await pollUntil({
    ask: async () => ({
      sent: (await whatsapp.stats()).stanzas - before,
      areConnected: (await whatsapp.accounts()).every(({ connected }) => connected),
    }),
    isDone: ({ sent, areConnected }) => areConnected && sent >= messagesSent * accounts,
    timeoutMs: restMs.most - restMs.least,
    signal,
  })
  journal.write('rested', { ms: Date.now() - startedAt, isDone })
}
