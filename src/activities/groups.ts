import { ApplicationFailure } from '@temporalio/activity'
import type { Session } from '../whatsapp/gateway.js'
import { whileHeartbeating } from './heartbeating.js'

export type GroupActivities = ReturnType<typeof createGroupActivities>

/** Activities on an account's own queue, bound to the one session that this process owns. */
export function createGroupActivities({ session }: { session: Session }) {
  return {
    /** At most one query to WhatsApp in the groups' time to live, however often it is asked for. */
    async refreshGroups(): Promise<{ wasAged: boolean }> {
      return { wasAged: await whileHeartbeating(() => session.refreshAgedGroups()) }
    },

    /** Reads them from WhatsApp, however young they are. */
    async readGroups(): Promise<void> {
      await whileHeartbeating(() => session.refreshGroups())
    },

    /**
     * Returns when all groups of the account were read; else it fails, to be retried when the session has tried
     * again. It asks WhatsApp nothing itself: any number of runs may wait for one read.
     */
    async groupsWereRead(): Promise<void> {
      const read = await whileHeartbeating(() => session.groupsWereRead())
      if (read.isRead) return
      throw ApplicationFailure.create({
        message: 'The groups of the account were not read yet.',
        type: 'GroupsNotRead',
        nextRetryDelay: read.askAgainInMs,
      })
    },
  }
}
