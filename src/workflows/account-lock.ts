import {
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { compareLockRequests, type LockHolder } from '../domain/lock-queue.js'
import { isStorableText } from '../domain/storable-text.js'
import {
  lockGrantedSignal,
  lockQueueQuery,
  pauseAccountSignal,
  releaseLockSignal,
  requestLockSignal,
  resumeAccountSignal,
  type LockRelease,
  type LockRequest,
} from './messages.js'
import { openMailbox, type CarriedMail } from './mailbox.js'
import { describeRequest } from './operator-request.js'
import { onSignal } from './operator-signals.js'
import { isRunOpen, locks } from './proxies.js'
import { carillonAccount, carillonStatus } from './search-attributes.js'
import { backoff, waitUntil } from './waiting.js'

export type AccountLockArgs = { accountId: string; carried?: { waiting: LockRequest[]; mail?: CarriedMail } }

// A holder that was terminated is noticed after this long, while others wait; one that works for long is asked less.
const holderCheckMs = { first: 15_000, most: 60_000 }
const uncontendedCheckMs = 600_000
// Runs of one account often follow each other closely; the workflow stays for the next one for a while.
const idleMs = 60_000
const shownWaiting = 20

/**
 * One run of an account at a time: by priority, then scheduled time, then arrival. Postgres holds the grant and its
 * fencing token, so this workflow may be terminated at any moment: the next one goes on from there.
 */
export async function accountLock({ accountId, carried }: AccountLockArgs): Promise<void> {
  const waiting: LockRequest[] = [...(carried?.waiting ?? [])]
  let holder: LockHolder | undefined
  let paused: string | undefined
  let news = true
  let shownStatus: string | undefined
  const beforeCheck = backoff(holderCheckMs.first, holderCheckMs.most)

  setHandler(lockQueueQuery, () => ({
    ...(holder && { holder }),
    waiting,
    ...(paused !== undefined && { pausedBecause: paused }),
  }))
  setHandler(requestLockSignal, (payload: unknown) => {
    const request = readRequest(payload)
    if (!request) return ignore('request')
    // One that waits asks again and again: that is not news.
    if (waiting.some((other) => other.runId === request.runId)) return
    waiting.push(request)
    waiting.sort(compareLockRequests)
    news = true
  })
  setHandler(releaseLockSignal, (payload: unknown) => {
    const release = readRelease(payload)
    if (!release) return ignore('release')
    // A run that asks again and then releases an older grant still waits.
    if (release.token === undefined) forget(release.runId)
    news = true
  })
  const mailbox = openMailbox(carried?.mail, async () => undefined)
  onSignal(mailbox, pauseAccountSignal, async (request) => {
    await locks.setAccountPause({ accountId, reason: describeRequest('account paused', request) })
    news = true
  })
  onSignal(mailbox, resumeAccountSignal, async () => {
    await locks.setAccountPause({ accountId, reason: null })
    news = true
  })
  mailbox.goOn()
  upsertSearchAttributes([{ key: carillonAccount, value: accountId }])

  while (!workflowInfo().continueAsNewSuggested) {
    news = false
    const known = await locks.lockState({ accountId })
    if (known.holder?.token !== holder?.token) beforeCheck.reset()
    holder = known.holder
    paused = known.pausedBecause
    if (holder) await serveHolder(holder)
    else await grantNext()
    show()
    if (news) continue
    if (holder) {
      const checkMs = waiting.length > 0 ? beforeCheck.nextMs() : uncontendedCheckMs
      await waitUntil(Date.now() + checkMs, () => news, 'checks on the holder')
    } else if (waiting.length === 0) {
      const isIdle = !(await waitUntil(Date.now() + idleMs, () => news, 'idle'))
      // No await from here on: a signal that comes now makes Temporal refuse the end and show it first.
      if (isIdle && mailbox.isQuiet()) return
    }
  }
  await mailbox.hold()
  await continueAsNew<typeof accountLock>({ accountId, carried: { waiting, ...mailbox.carried() } })

  async function grantNext(): Promise<void> {
    const next = waiting[0]
    if (!next) return
    news = true
    holder = await locks.grantLock({ accountId, runId: next.runId })
    if (holder) {
      forget(next.runId)
      await announce(holder)
      return
    }
    // Another run has it after all, and is served in the next round; or there is no such account (any more).
    const { holder: other } = await locks.lockState({ accountId })
    if (other) return
    log.warn('account-lock-skipped: there is no such account', { accountId, runId: next.runId })
    forget(next.runId)
  }

  /** Tells the run that it holds the lock. A run that has closed meanwhile is skipped: its lock goes to the next. */
  async function announce(granted: LockHolder): Promise<void> {
    try {
      await getExternalWorkflowHandle(granted.runId).signal(lockGrantedSignal, { token: granted.token })
      log.info('account lock granted', { accountId, runId: granted.runId, token: granted.token })
    } catch (error) {
      // Not told, that is all: it asks again.
      if (isCancellation(error)) throw error
      log.warn('account-lock-skipped: the run had closed', { accountId, runId: granted.runId, error })
      await free(granted)
    }
  }

  async function serveHolder(current: LockHolder): Promise<void> {
    if (forget(current.runId)) {
      await announce(current)
      return
    }
    if (waiting.length > 0)
      log.warn('account-lock-busy', {
        accountId,
        holder: current.runId,
        since: current.since,
        waiting: waiting.length,
      })
    if (await isRunOpen({ runId: current.runId })) return
    log.warn('account-lock-freed: its holder is gone', { accountId, holder: current.runId })
    await free(current)
  }

  async function free(gone: LockHolder): Promise<void> {
    await locks.releaseLock({ accountId, runId: gone.runId, token: gone.token })
    news = true
  }

  /** Takes the run out of the queue; false when it was not in it. */
  function forget(runId: string): boolean {
    const place = waiting.findIndex((request) => request.runId === runId)
    if (place >= 0) waiting.splice(place, 1)
    return place >= 0
  }

  function ignore(signal: string): void {
    log.warn('signal ignored: malformed payload', { signal, accountId })
  }

  function show(): void {
    const lines = [holder ? `Held by \`${holder.runId}\` since ${holder.since}` : 'Free']
    if (paused !== undefined) lines.push(`**${paused}**`)
    for (const request of waiting.slice(0, shownWaiting))
      lines.push(`- waits: \`${request.runId}\` (priority ${request.priority})`)
    if (waiting.length > shownWaiting) lines.push(`- and ${waiting.length - shownWaiting} more`)
    setCurrentDetails(lines.join('\n\n'))
    const status = holder ? 'held' : 'free'
    if (status === shownStatus) return
    shownStatus = status
    upsertSearchAttributes([{ key: carillonStatus, value: status }])
  }
}

function readRequest(payload: unknown): LockRequest | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  if (!('runId' in payload) || !isRunId(payload.runId)) return undefined
  if (!('priority' in payload) || typeof payload.priority !== 'number') return undefined
  if (!('scheduledAt' in payload) || typeof payload.scheduledAt !== 'string') return undefined
  if (Number.isNaN(Date.parse(payload.scheduledAt))) return undefined
  return { runId: payload.runId, priority: payload.priority, scheduledAt: payload.scheduledAt }
}

function readRelease(payload: unknown): LockRelease | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  if (!('runId' in payload) || !isRunId(payload.runId)) return undefined
  if (!('token' in payload)) return { runId: payload.runId }
  return typeof payload.token === 'number' ? { runId: payload.runId, token: payload.token } : undefined
}

/** As long as Temporal lets a workflowId be, and such as Postgres can keep. */
function isRunId(value: unknown): value is string {
  return typeof value === 'string' && /^run:.{1,251}$/.test(value) && isStorableText(value)
}
