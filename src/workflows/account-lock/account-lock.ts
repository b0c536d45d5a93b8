import {
  continueAsNew,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { LockState } from '../../protocol/payloads.js'
import type { LockHolder } from '../../domain/lock-queue.js'
import {
  lockQueueQuery,
  pauseAccountSignal,
  requestLockSignal,
  resumeAccountSignal,
  type IdentifiedRequest,
} from '../../protocol/messages.js'
import type { AccountArgs } from '../../protocol/workflows.js'
import { openMailbox, type CarriedMail } from '../mailbox.js'
import { describeRequest, readOperatorRequest, recordedRequest } from '../operator-request.js'
import { onSignal } from '../operator-signals.js'
import { isRunOpen, locks } from '../proxies.js'
import { carillonAccount, carillonStatus } from '../../protocol/search-attributes.js'
import { backoff, waitUntil } from '../waiting.js'

// A holder that was terminated is noticed after this long, while others wait; one that works for long is asked less.
const holderCheckMs = { first: 15_000, most: 60_000 }
// Runs of one account often follow each other closely; the workflow stays for a while after the last one that waited.
const idleMs = 60_000

/**
 * One run of an account at a time: by priority, then scheduled time, then arrival. Postgres holds the grant, its fencing
 * token and the queue, and who gives the lock back hands it over to the next by a signal. This workflow is there while
 * somebody waits: it sees to it that a lock whose holder is gone is handed over all the same, and shows the queue. So it
 * may be terminated at any moment, it carries nothing from one history to the next, and what it does is the same however
 * many wait.
 */
export async function accountLock({
  accountId,
  carried,
}: AccountArgs & { carried?: { mail?: CarriedMail } }): Promise<void> {
  /** As of its last look. */
  let known: LockState = { waiting: [], waitingCount: 0 }
  let news = true
  let shownStatus: string | undefined
  let checkedMs = -Infinity
  let checkAgainMs = 0
  const beforeCheck = backoff(holderCheckMs.first, holderCheckMs.most)

  setHandler(lockQueueQuery, () => known)
  // They say that something has changed, and not what: that is in Postgres.
  const look = () => {
    news = true
  }
  setHandler(requestLockSignal, look)
  const mailbox = openMailbox(carried?.mail, async () => undefined)
  onSignal(
    mailbox,
    pauseAccountSignal,
    (request) => setPause(request, describeRequest('accountPausedBy', request)),
    readOperatorRequest,
  )
  onSignal(mailbox, resumeAccountSignal, (request) => setPause(request, null), readOperatorRequest)
  mailbox.goOn()
  upsertSearchAttributes([{ key: carillonAccount, value: accountId }])

  while (!workflowInfo().continueAsNewSuggested) {
    news = false
    const told = known.holder?.token
    known = await locks.serveLock({ accountId, ...(told !== undefined && { told }) })
    const { holder } = known
    if (holder && holder.token !== told) checkLater('first')
    else if (holder) await serveHolder(holder)
    show()
    if (news) continue
    if (holder && known.waitingCount > 0) {
      await waitUntil(checkedMs + checkAgainMs, () => news, 'checks on the holder')
    } else {
      const isIdle = !(await waitUntil(Date.now() + idleMs, () => news, 'idle'))
      // No await from here on: a signal that comes now makes Temporal refuse the end and show it first.
      if (isIdle && mailbox.isQuiet()) return
    }
  }
  await mailbox.stop()
  await continueAsNew<typeof accountLock>({ accountId, carried: mailbox.carried() })

  async function setPause(request: IdentifiedRequest, reason: string | null): Promise<void> {
    await locks.setAccountPause({ accountId, reason, request: recordedRequest(request) })
    news = true
  }

  function checkLater(time: 'first' | 'again'): void {
    if (time === 'first') beforeCheck.reset()
    checkedMs = Date.now()
    checkAgainMs = beforeCheck.nextMs()
  }

  /** Who holds what nobody waits for is nobody's concern. */
  async function serveHolder({ runId, token, since }: LockHolder): Promise<void> {
    if (known.waitingCount === 0) return
    log.warn('account-lock-busy', { accountId, holder: runId, since, waiting: known.waitingCount })
    if (Date.now() < checkedMs + checkAgainMs) return
    if (await isRunOpen({ runId })) {
      checkLater('again')
      return
    }
    log.warn('account-lock-freed: its holder is gone', { accountId, holder: runId })
    await locks.releaseLock({ accountId, runId, token })
    news = true
  }

  function show(): void {
    const { holder, pausedBecause, waiting, waitingCount } = known
    const lines = [holder ? `Held by \`${holder.runId}\` since ${holder.since}` : 'Free']
    if (pausedBecause !== undefined) lines.push(`**${pausedBecause}**`)
    for (const { runId, priority } of waiting) lines.push(`- waits: \`${runId}\` (priority ${priority})`)
    if (waitingCount > waiting.length) lines.push(`- and ${waitingCount - waiting.length} more`)
    setCurrentDetails(lines.join('\n\n'))
    const status = holder ? 'held' : 'free'
    if (status === shownStatus) return
    shownStatus = status
    upsertSearchAttributes([{ key: carillonStatus, value: status }])
  }
}
