import type { AuthState } from '../auth-state.js'
import type { ChatToken } from './read-tokens.js'

// Baileys' own (rc14, tc-token-utils): a token lives for the week in which it was given and the three that follow.
const weekSeconds = 604_800
const weeks = 4

const atOnce = 500

/**
 * Writes them where Baileys looks for the token of a message to a person. Those that are over are left out, and a newer one
 * that is there stays. Not noted in Baileys' `__index`, which it rewrites whole for each token, and reads only to remove what
 * is over from accounts that are shown as online, which none of ours is.
 * @returns how many were written
 */
export async function keepTokens(keys: AuthState['keys'], tokens: readonly ChatToken[]): Promise<number> {
  const current = Math.floor(Date.now() / 1_000 / weekSeconds)
  const oldest = (current - weeks + 1) * weekSeconds
  const valid = tokens.filter(({ timestamp }) => timestamp >= oldest)
  let written = 0
  for (let first = 0; first < valid.length; first += atOnce) {
    const some = new Map(valid.slice(first, first + atOnce).map((token) => [token.jid, token]))
    const known = await keys.get('tctoken', [...some.keys()])
    const entries = [...some].flatMap(([jid, { token, timestamp, senderTimestamp }]) => {
      const before = known[jid]
      if (Number(before?.timestamp ?? 0) >= timestamp) return []
      const sent = Math.max(before?.senderTimestamp ?? 0, senderTimestamp ?? 0)
      const entry = { token, timestamp: String(timestamp), ...(sent > 0 && { senderTimestamp: sent }) }
      return [[jid, entry] as const]
    })
    if (entries.length > 0) await keys.set({ tctoken: Object.fromEntries(entries) })
    written += entries.length
  }
  return written
}
