import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Context } from '@temporalio/activity'
import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { accountGone, accountGoneRequest } from '../domain/accounts/leaving.js'
import { markedRequestId } from '../domain/ways.js'
import { inLanes } from '../in-lanes.js'
import { lookAtRowSignal, pauseSignal, type PauseRequest } from '../protocol/messages.js'
import { reminderStart } from '../protocol/reminder-start.js'
import { cancelRunsOfAccount } from '../store/runs/run-holds.js'
import type { Database } from '../store/database.js'
import * as store from '../store/accounts/unlinking.js'

export type AccountActivities = ReturnType<typeof createAccountActivities>

const pageSize = 200
const lanes = 10
const betweenLooksMs = 250
// A signal is acted on in a moment where a worker runs, and by this one.
const toldAgainMs = 15_000
// One whose workflow is broken must not keep the device linked.
const beforeUnlinkingMs = 60_000

export function createAccountActivities({ database, temporal }: { database: Database; temporal: Client }) {
  /** Those that are told are let act before the next ones are. Gives up at `untilMs`. */
  async function holdReminders(accountId: string, untilMs = Infinity): Promise<void> {
    const reason = accountGone(accountId)
    const told = new Map<string, number>()
    while (performance.now() < untilMs) {
      Context.current().heartbeat()
      const found = await store.remindersThatGoOn(database, { accountId, reason, limit: pageSize })
      if (found.length === 0) return
      const isTold = (key: string) => performance.now() - (told.get(key) ?? -Infinity) < toldAgainMs
      const toTell = found.filter(({ dedupeKey }) => !isTold(dedupeKey))
      await inLanes(toTell.values(), {
        lanes,
        work: async (reminder) => {
          await pauseFor(reminder)
          told.set(reminder.dedupeKey, performance.now())
        },
      })
      Context.current().cancellationSignal.throwIfAborted()
      await delay(betweenLooksMs)
    }
  }

  /** One whose workflow is gone is started with it. */
  async function pauseFor(reminder: store.ReminderOfAccount): Promise<void> {
    const request: PauseRequest = {
      ...accountGoneRequest(reminder.accountId),
      requestId: markedRequestId('system', randomUUID()),
    }
    await temporal.workflow.signalWithStart('reminder', {
      ...reminderStart(reminder),
      signal: pauseSignal,
      signalArgs: [request],
    })
  }

  /** They hear it later in any case. */
  async function tellRuns(runIds: readonly string[]): Promise<void> {
    await inLanes(runIds.values(), {
      lanes,
      work: async (runId) => {
        try {
          await temporal.workflow.getHandle(runId).signal(lookAtRowSignal)
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error
        }
      },
    })
  }

  return {
    async askToUnlink(asked: Parameters<typeof store.requestUnlinking>[1]): Promise<void> {
      await store.requestUnlinking(database, asked)
    },

    /** Pauses all reminders of an account that is to be removed, and cancels its runs, those too that began meanwhile. */
    async holdRemindersOf({ accountId }: { accountId: string }): Promise<void> {
      const unlinking = await store.findUnlinking(database, accountId)
      if (unlinking?.removes !== true) return
      await holdReminders(accountId, performance.now() + beforeUnlinkingMs)
      await tellRuns(await cancelRunsOfAccount(database, accountId, unlinking.because))
    },

    /** Its device is taken off. Where a reminder has come to it meanwhile, that is held first. */
    async removeAccount({ accountId }: { accountId: string }): Promise<void> {
      for (;;) {
        const unlinking = await store.findUnlinking(database, accountId)
        if (unlinking?.removes !== true) return
        await holdReminders(accountId)
        await tellRuns(await cancelRunsOfAccount(database, accountId, unlinking.because))
        if (await store.removeAccount(database, { accountId, reason: accountGone(accountId) })) return
      }
    },
  }
}
