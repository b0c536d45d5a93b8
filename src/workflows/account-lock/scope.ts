import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow'
import { lockWorkflowId } from '../../domain/ids.js'
import { lockGrantedSignal, releaseLockSignal } from '../../protocol/messages.js'
import { locks, wakeLock } from '../proxies.js'
import { backoff, waitUntil } from '../waiting.js'

// The run has its place in Postgres. Asking again heals a lock workflow that was terminated, and a grant that was not heard.
const askAgainMs = { first: 60_000, most: 900_000 }
// Those that came at once don't ask again at once.
const askAgainSpread = 0.25

export type LockScope = {
  /** The fencing token while the run holds the lock. */
  readonly token: number | undefined
  /**
   * Holds the account's lock while `work` runs and gives it back whatever happens, unless `keep` says that the run
   * goes on as new with it, or with its place in the queue. Does not run `work` when `giveUp` became true or
   * `deadlineMs` passed before the lock was granted. Calls `onWait` now and then while it waits, and before it does.
   */
  while(
    options: { giveUp: () => boolean; keep: () => boolean; deadlineMs: number; onWait: () => Promise<void> },
    work: () => Promise<void>,
  ): Promise<void>
  /** Gives back what was kept and is not wanted after all; nothing happens where there is nothing to give back. */
  giveBack(): Promise<void>
  /** Takes a token that a statement with more effects has brought. */
  take(token: number): void
  /** Notes that the statement which ended the run gave the lock back; `hasOthers`: somebody waits for it. */
  wasGivenBack(options: { hasOthers: boolean }): Promise<void>
}

/**
 * The run's side of the account's mutex. Sets its signal handler at once, so call it before the first await.
 * @param kept what the run had when it continued as new: the lock's token, or a place in its queue
 */
export function lockScope(
  { accountId, runId }: { accountId: string; runId: string },
  kept: { token?: number } | undefined,
): LockScope {
  let token = kept?.token
  let wanted = kept !== undefined
  setHandler(lockGrantedSignal, async (grant: unknown) => {
    const granted = readGrant(grant)
    if (granted === undefined) log.warn('signal ignored: malformed payload', { signal: 'lockGranted' })
    else if (wanted) token = Math.max(token ?? 0, granted)
    // Granted just after the run had given up waiting: the next in the queue must not wait for it.
    else await returnUnwanted(granted)
  })

  let unwanted: number | undefined
  let isReturning = false
  /** The newest grant is the one that holds, however many are told at once. */
  async function returnUnwanted(granted: number): Promise<void> {
    unwanted = Math.max(unwanted ?? granted, granted)
    if (isReturning) return
    isReturning = true
    try {
      for (let given: number | undefined = unwanted; given !== undefined; given = unwanted) {
        unwanted = undefined
        await release(given)
      }
    } finally {
      isReturning = false
    }
  }

  async function acquire({
    giveUp,
    deadlineMs,
    onWait,
  }: {
    giveUp: () => boolean
    deadlineMs: number
    onWait: () => Promise<void>
  }): Promise<void> {
    wanted = true
    const changed = () => token !== undefined || giveUp()
    const wait = backoff(askAgainMs.first, askAgainMs.most)
    while (!changed() && Date.now() < deadlineMs) {
      const answer = await locks.askForLock({ runId })
      if (answer.kind === 'held') {
        token = Math.max(token ?? 0, answer.token)
        return
      }
      await onWait()
      if (answer.wakes) await wakeLock({ accountId })
      const spread = 1 + askAgainSpread * (2 * Math.random() - 1)
      const untilMs = Math.min(Date.now() + wait.nextMs() * spread, deadlineMs)
      await waitUntil(untilMs, changed, 'waits for the lock of the account')
    }
  }

  async function release(releasedToken: number | undefined): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      // Postgres first: it is what fences. Nobody hands over what nobody waits for.
      const { hasOthers } = await locks.releaseLock({
        accountId,
        runId,
        ...(releasedToken !== undefined && { token: releasedToken }),
      })
      if (hasOthers) await handOver()
    })
  }

  async function handOver(): Promise<void> {
    try {
      await getExternalWorkflowHandle(lockWorkflowId(accountId)).signal(releaseLockSignal)
    } catch (error) {
      if (isCancellation(error)) throw error
      log.info('the lock workflow was not there to hand over', { accountId, error })
      await wakeLock({ accountId })
    }
  }

  async function giveBack(): Promise<void> {
    if (!wanted) return
    const released = token
    token = undefined
    wanted = false
    await release(released)
  }

  return {
    get token() {
      return token
    },
    giveBack,
    take(granted) {
      wanted = true
      token = Math.max(token ?? 0, granted)
    },
    async wasGivenBack({ hasOthers }) {
      token = undefined
      wanted = false
      if (hasOthers) await CancellationScope.nonCancellable(handOver)
    },
    async while(options, work) {
      let isKept = false
      try {
        await acquire(options)
        if (token !== undefined && !options.giveUp()) await work()
        isKept = options.keep()
      } finally {
        if (!isKept) await giveBack()
      }
    },
  }
}

function readGrant(grant: unknown): number | undefined {
  if (typeof grant !== 'object' || grant === null || !('token' in grant)) return undefined
  return typeof grant.token === 'number' && Number.isSafeInteger(grant.token) ? grant.token : undefined
}
