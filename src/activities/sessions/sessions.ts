import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'
import PQueue from 'p-queue'
import { failureAdvice } from '../../domain/failures.js'
import type { SessionEnd } from '../../protocol/payloads.js'
import { currentLease, takeLease } from '../../store/accounts/accounts.js'
import { findPairingRequest } from '../../store/accounts/pairing.js'
import { clearUnlinking, findUnlinking } from '../../store/accounts/unlinking.js'
import { GatewayFailure } from '../../whatsapp/gateway.js'
import { retryable } from '../retryable.js'
import type { Attempt, Served, SessionContext, SessionDependencies } from './context.js'
import { brokenOff, giveUp, leaveUnreadable, passMs, unreadableProxy } from './give-up.js'
import { openSession } from './open-session.js'
import { mayRead, proxyOf } from './secrets.js'
import { serveSession } from './serve-session.js'
import { nextTry, type Tries } from './tries.js'
import { unlinkAnew } from './unlink-device.js'
import { whenAborted } from './when-aborted.js'

export type SessionActivities = ReturnType<typeof createSessionActivities>

const heartbeatMs = 2_000
// Logging in is work for the processor: a hundred accounts that come at once would all be too late.
const sessionsOpenedAtOnce = 8

export function createSessionActivities(deps: SessionDependencies) {
  const { database } = deps
  const context: SessionContext = { ...deps, logIns: new PQueue({ concurrency: sessionsOpenedAtOnce }) }

  return {
    /**
     * Owns the account's session for as long as its socket lives: takes the lease (which fences every earlier owner),
     * opens or links it, and serves the account's queue. Returns when it does not come back by itself; throws a
     * retryable failure with the delay to the next try otherwise.
     */
    async ownSession({ accountId }: { accountId: string }): Promise<SessionEnd> {
      const tries = nextTry(Context.current())
      // The poll that was open when it lost WhatsApp may bring it one session yet.
      if (deps.reach.isAway()) throw retryable('ConnectionLost', { delayMs: passMs })
      if (deps.databaseLost.aborted) throw retryable('DatabaseLost', { delayMs: passMs })
      const beat = setInterval(() => tries.remember(), heartbeatMs)
      const owning = ownOnce({ accountId, tries })
      // Without Postgres nothing can be written of how it ends, and a statement may never be answered.
      const lost = whenAborted(deps.databaseLost)
      deps.follow(owning)
      try {
        return await Promise.race([
          owning,
          lost.promise.then(() => {
            throw retryable('DatabaseLost', { delayMs: 1 })
          }),
        ])
      } finally {
        lost.forget()
        clearInterval(beat)
      }
    },
  }

  async function ownOnce(of: { accountId: string; tries: Tries }): Promise<SessionEnd> {
    const attempt: Attempt = { ...of, startedMs: performance.now() }
    try {
      return await own(attempt)
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error
      throw await brokenOff(context, attempt, error)
    }
  }

  async function own(attempt: Attempt): Promise<SessionEnd> {
    const { accountId, tries, startedMs } = attempt
    const before = await currentLease(database, accountId)
    if (before === undefined) return { kind: 'noAccount' }
    const unlinking = await findUnlinking(database, accountId)
    // Nothing is linked, and that is what the operator wants.
    if (before.state === 'unlinked' && !(await findPairingRequest(database, accountId))) {
      await clearUnlinking(database, accountId)
      return { kind: 'unlinked', ...(unlinking?.removes && { isRemoval: true }) }
    }
    // Before the lease, which would fence somebody who can read them.
    if (!(await mayRead(context, accountId)))
      return await leaveUnreadable(
        context,
        { ...attempt, epoch: before.epoch },
        failureAdvice.KeysUnreadable,
        unlinking,
      )
    const proxy = await proxyOf(context, accountId)
    if (proxy === 'unreadable')
      return await leaveUnreadable(context, { ...attempt, epoch: before.epoch }, unreadableProxy, unlinking)
    const lease = await takeLease(database, { accountId, owner: deps.owner })
    if (!lease) return { kind: 'noAccount' }
    // It was given up while it waited for the lease.
    if (deps.databaseLost.aborted) throw retryable('DatabaseLost', { delayMs: 1 })
    const { epoch } = lease
    attempt.epoch = epoch
    const logger = deps.logger.child({ accountId, epoch })
    const pairing = unlinking ? undefined : await findPairingRequest(database, accountId)
    let wasOpen = false
    let served: Served | undefined
    const ended = () => ({
      wasPairing: pairing !== undefined && !wasOpen,
      isUnlinking: unlinking !== undefined,
      wasProxied: proxy !== undefined,
      proxy,
      accountId,
      epoch,
      tries,
      livedMs: performance.now() - startedMs,
      wasOpen,
    })
    try {
      const owned = { accountId, epoch, logger, proxy: proxy?.url }
      if (unlinking) return await unlinkAnew(context, owned, unlinking)
      const onCopyAsked = () => served?.copyAsked()
      const session = await openSession(context, owned, pairing, onCopyAsked)
      wasOpen = true
      deps.reach.reached()
      const onServed = (now: Served) => (served = now)
      const end = await serveSession(context, { ...owned, session, onServed })
      return 'kind' in end ? end : await giveUp(context, { ...ended(), ...end })
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error
      const { failure, code, until, subCode } = error
      return await giveUp(context, { ...ended(), failure, code, until, subCode })
    }
  }
}
