import { CancellationScope, log, setHandler } from '@temporalio/workflow'
import { lockGrantedSignal, type LockGranted } from '../../protocol/messages.js'
import { locks } from '../proxies.js'
import { backoff, waitUntil } from '../waiting.js'

// The run has its place in Postgres. Asking again heals a lock workflow that was terminated, and a grant that was not heard.
const askAgainMs = { first: 30_000, most: 900_000 }
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
    options: {
      giveUp: () => boolean
      keep: () => boolean
      deadlineMs: number
      onWait: (wait: { isFirst: boolean }) => Promise<void>
    },
    work: () => Promise<void>,
  ): Promise<void>
  /** Gives back what was kept and is not wanted after all; nothing happens where there is nothing to give back. */
  giveBack(): Promise<void>
  /** Takes what a statement with more effects has brought: the token, or else a place in the queue. */
  take(had: { token?: number }): void
  /** Notes that the statement which ended the run gave the lock back. */
  wasGivenBack(): void
}

/**
 * The run's side of the account's mutex. Sets its signal handler at once, so call it before the first await.
 * @param kept what the run had when it continued as new: the lock's token, or a place in its queue
 * @param onGranted called when the run is told of a lock that it wants
 */
export function lockScope(
  { accountId, runId }: { accountId: string; runId: string },
  kept: { token?: number } | undefined,
  onGranted: (granted: LockGranted) => void,
): LockScope {
  let token = kept?.token
  let wanted = kept !== undefined
  /** It has its place in the queue by the statement that prepared it. */
  let hasAsked = false
  let unwanted: number | undefined
  let isReturning = false
  setHandler(lockGrantedSignal, async (grant: unknown) => {
    const granted = readGrant(grant)
    if (granted === undefined) log.warn('signal ignored: malformed payload', { signal: 'lockGranted' })
    else if (wanted) {
      // Told twice of one.
      if (granted.token <= (token ?? 0)) return
      token = granted.token
      onGranted(granted)
    }
    // Granted just after the run had given up waiting: the next in the queue must not wait for it.
    else await returnUnwanted(granted.token)
  })

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
    onWait: (wait: { isFirst: boolean }) => Promise<void>
  }): Promise<void> {
    wanted = true
    let isFirst = true
    const changed = () => token !== undefined || giveUp()
    const wait = backoff(askAgainMs.first, askAgainMs.most)
    while (!changed() && Date.now() < deadlineMs) {
      if (!hasAsked) {
        const held = await locks.askForLock({ runId, accountId })
        if (held !== undefined) {
          token = Math.max(token ?? 0, held)
          return
        }
      }
      await onWait({ isFirst })
      hasAsked = false
      isFirst = false
      const spread = 1 + askAgainSpread * (2 * Math.random() - 1)
      const untilMs = Math.min(Date.now() + wait.nextMs() * spread, deadlineMs)
      await waitUntil(untilMs, changed, 'waits for the lock of the account')
    }
  }

  async function release(releasedToken: number | undefined): Promise<void> {
    await CancellationScope.nonCancellable(() =>
      locks.releaseLock({
        accountId,
        runId,
        ...(releasedToken !== undefined && { token: releasedToken }),
      }),
    )
  }

  async function giveBack(): Promise<void> {
    if (!wanted) return
    const released = token
    token = undefined
    wanted = false
    hasAsked = false
    await release(released)
  }

  return {
    get token() {
      return token
    },
    giveBack,
    take(had) {
      wanted = true
      if (had.token === undefined) hasAsked = true
      else token = Math.max(token ?? 0, had.token)
    },
    wasGivenBack() {
      token = undefined
      wanted = false
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

function readGrant(grant: unknown): LockGranted | undefined {
  if (typeof grant !== 'object' || grant === null || !('token' in grant)) return undefined
  const { token } = grant
  if (typeof token !== 'number' || !Number.isSafeInteger(token)) return undefined
  return { token, runs: 'runs' in grant && grant.runs === true }
}
