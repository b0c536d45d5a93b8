import { pollUntil } from '../../src/client/waiting.js'
import type { CampaignSystem } from './system.js'

/** Waits for the copies that devices have asked for: they have a share of the accounts' limits, and may take their time. */
export async function untilCopiesSent(
  { client: { database } }: Pick<CampaignSystem, 'client'>,
  { timeoutMs }: { timeoutMs: number },
): Promise<void> {
  const { isDone } = await pollUntil({
    ask: async () => {
      const { rows } = await database.query<{ wanted: number }>(
        `select count(*)::int as wanted from copy_request where is_wanted`,
      )
      return rows[0]?.wanted ?? 0
    },
    isDone: (wanted) => wanted === 0,
    timeoutMs,
    intervalMs: 500,
  })
  if (!isDone) throw new Error('there are devices that asked for a copy and did not get it')
}
