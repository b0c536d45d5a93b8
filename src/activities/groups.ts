import type { Session } from '../whatsapp/gateway.js'
import { whileHeartbeating } from './heartbeating.js'

export type GroupActivities = ReturnType<typeof createGroupActivities>

/** On an account's own queue, bound to the one session that this process owns. */
export function createGroupActivities({ session }: { session: Session }) {
  return {
    /** At most one query to WhatsApp in the groups' time to live, however often it is asked for. */
    async refreshGroups(): Promise<{ wasAged: boolean }> {
      return { wasAged: await whileHeartbeating(() => session.refreshAgedGroups()) }
    },
  }
}
