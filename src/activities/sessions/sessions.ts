import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'
import PQueue from 'p-queue'
import type { Logger } from 'pino'
import type { DeviceName } from '../../domain/device-name.js'
import {
  adviceFor,
  failureAdvice,
  failureKinds,
  proxyAdvice,
  type FailureType,
} from '../../domain/failures.js'
import { stillLinkedAdvice, unlinkedAdvice } from '../../domain/leaving-account.js'
import type { AccountState } from '../../domain/states.js'
import { currentLease, setAccountState, setDirectHold, takeLease } from '../../store/accounts/accounts.js'
import type { Database } from '../../store/database.js'
import {
  clearExpiredPairing,
  clearPairing,
  findPairingRequest,
  saveChallenge,
  type OpenPairing,
} from '../../store/accounts/pairing.js'
import { movePerson } from '../../store/accounts/people.js'
import { noteCopiesAsked } from '../../store/sends/copy-requests.js'
import {
  clearUnlinking,
  commitUnlinked,
  findUnlinking,
  type Unlinking,
} from '../../store/accounts/unlinking.js'
import { findProxy, proxySecretPlace } from '../../store/accounts/proxy.js'
import { areCredsReadable } from '../../whatsapp/auth-state.js'
import { EncryptionKeyError, type Cipher } from '../../whatsapp/cipher.js'
import {
  GatewayFailure,
  type Disconnect,
  type Gateway,
  type Session,
  type SessionOptions,
} from '../../whatsapp/gateway.js'
import { isShutdown, retryable } from '../retryable.js'
import { accountStateOf } from './account-restrictions.js'
import { isCutOff, nextTry, type Ending, type Tries } from './tries.js'
import type { SessionEnd } from '../../protocol/payloads.js'
import type { WebVersions } from '../../whatsapp/web-version.js'
import type { WhatsAppReachability } from './whatsapp-reachability.js'

export type SessionActivities = ReturnType<typeof createSessionActivities>

/** Serves the account's own task queue with the session, until it is told to stop. */
export type ServeAccount = (owned: {
  session: Session
  epoch: number
}) => Promise<{ stop: () => Promise<void>; copyAsked: () => void }>

type Served = Awaited<ReturnType<ServeAccount>>

const heartbeatMs = 2_000
// Logging in is work for the processor: a hundred accounts that come at once would all be too late.
const sessionsOpenedAtOnce = 8
// How soon Temporal offers the session again, to whoever asks first.
const passMs = 100

export type SessionDependencies = {
  database: Database
  gateway: Gateway
  cipher: Cipher
  serveAccount: ServeAccount
  /** Names this process as the owner of its sessions, for people: host and pid. */
  owner: string
  whatsappUrl: string | undefined
  versions: WebVersions
  deviceName: DeviceName
  /** Aborted when Postgres is out of reach of this process: its sessions are of no use then. */
  databaseLost: AbortSignal
  /** Decides when this process leaves the sessions to others, by what it is told here. */
  reach: WhatsAppReachability
  /** Takes what may outlive its session for a moment. */
  follow: (work: Promise<unknown>) => void
  logger: Logger
}

export function createSessionActivities(deps: SessionDependencies) {
  const { database } = deps
  const logIns = new PQueue({ concurrency: sessionsOpenedAtOnce })

  return {
    /**
     * Owns the account's session for as long as its socket lives: takes the lease (which fences every earlier owner),
     * opens or links it, and serves the account's queue. Returns when it does not come back by itself; throws a
     * retryable failure with the delay to the next try otherwise.
     */
    async ownSession({ accountId }: { accountId: string }): Promise<SessionEnd> {
      const context = Context.current()
      const tries = nextTry(context)
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

  type Attempt = { accountId: string; tries: Tries; startedMs: number; epoch?: number }

  async function ownOnce(of: { accountId: string; tries: Tries }): Promise<SessionEnd> {
    const attempt: Attempt = { ...of, startedMs: performance.now() }
    try {
      return await own(attempt)
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error
      throw await brokenOff(attempt, error)
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
    if (!(await mayRead(accountId)))
      return await leaveUnreadable(
        { ...attempt, epoch: before.epoch },
        failureAdvice.KeysUnreadable,
        unlinking,
      )
    const proxy = await proxyOf(accountId)
    if (proxy === 'unreadable')
      return await leaveUnreadable({ ...attempt, epoch: before.epoch }, unreadableProxy, unlinking)
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
      if (unlinking) return await unlinkAnew(owned, unlinking)
      const onCopyAsked = () => served?.copyAsked()
      const session = await open(owned, pairing, onCopyAsked)
      wasOpen = true
      deps.reach.reached()
      const onServed = (now: Served) => (served = now)
      const end = await serve({ accountId, epoch, session, logger, onServed })
      return 'kind' in end ? end : await giveUp({ ...ended(), ...end })
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error
      const { failure, code, until, subCode } = error
      return await giveUp({ ...ended(), failure, code, until, subCode })
    }
  }

  /** Whether this process has the key to the account's creds, or is asked to make new ones. */
  async function mayRead(accountId: string): Promise<boolean> {
    if (await areCredsReadable({ accountId, database, cipher: deps.cipher })) return true
    return (await findPairingRequest(database, accountId)) !== undefined
  }

  type ReadProxy = { url: string; place: string }

  /** By way of which the account goes. One that can't be read is not gone around. */
  async function proxyOf(accountId: string): Promise<ReadProxy | 'unreadable' | undefined> {
    const stored = await findProxy(database, accountId)
    if (stored === undefined) return undefined
    try {
      const url = deps.cipher.open(proxySecretPlace(accountId), stored.sealed).toString()
      return { url, place: stored.place }
    } catch (error) {
      if (error instanceof EncryptionKeyError) return 'unreadable'
      throw error
    }
  }

  async function leaveUnreadable(
    attempt: Attempt & { epoch: number },
    why: string,
    unlinking: Unlinking | undefined,
  ): Promise<never> {
    const { accountId, epoch } = attempt
    const failure = 'KeysUnreadable'
    const delayMs = delayOf(attempt, failure)
    deps.logger.warn({ accountId, delayMs }, 'account-keys-unreadable')
    const detail = unlinking ? stillLinkedAdvice(why) : why
    await setAccountState(database, { accountId, epoch, state: 'unreadable', detail })
    throw retryable(failure, { delayMs })
  }

  /**
   * Postgres refused something, or the fault is ours: it may last, so each try waits longer than the one before. What
   * the error says stays here: it may quote what was stored.
   */
  async function brokenOff(attempt: Attempt, error: unknown): Promise<ApplicationFailure> {
    const { accountId, epoch } = attempt
    const delayMs = delayOf(attempt, 'DatabaseLost')
    deps.logger.error({ accountId, epoch, error, delayMs }, 'session-broken-off')
    const detail =
      'What the session needs of Postgres fails: the log of the worker says why (session-broken-off).'
    if (epoch !== undefined && !deps.databaseLost.aborted)
      await setAccountState(database, { accountId, epoch, state: 'reconnecting', detail }).catch(
        (again: unknown) => deps.logger.warn({ accountId, error: again }, 'the state could not be stored'),
      )
    return ApplicationFailure.create({ message: detail, type: 'SessionBrokenOff', nextRetryDelay: delayMs })
  }

  function delayOf({ tries, startedMs }: Attempt, failure: FailureType): number {
    const livedMs = performance.now() - startedMs
    return Math.max(1, Math.round(tries.delayAfter({ failure, code: undefined, wasOpen: false, livedMs })))
  }

  type Owned = { accountId: string; epoch: number; logger: Logger }

  function optionsOf(
    { accountId, epoch, logger, proxy }: Owned & { proxy: string | undefined },
    onCopyAsked: () => void = () => undefined,
  ): SessionOptions {
    return {
      accountId,
      epoch,
      database,
      cipher: deps.cipher,
      copiesAsked: async (asked) => {
        await noteCopiesAsked(database, accountId, asked)
        onCopyAsked()
      },
      logger,
      whatsappUrl: deps.whatsappUrl,
      proxy,
      version: deps.versions.current,
      deviceName: deps.deviceName,
      signal: Context.current().cancellationSignal,
      onNewChats: (newChats) => {
        const until = newChats.isLocked ? newChats.until : null
        setDirectHold(database, { accountId, epoch, by: 'NewChatsLocked', until }).catch((error: unknown) =>
          logger.error({ error }, 'whether the account may start chats could not be stored'),
        )
      },
      onMovedNumber: (moved) => {
        movePerson(database, { accountId, ...moved }).catch((error: unknown) =>
          logger.error({ error }, 'the new number of a person could not be stored'),
        )
      },
    }
  }

  /** Takes the device off at WhatsApp; a device that is linked no more is off. @throws GatewayFailure */
  async function unlinkAnew(
    owned: Owned & { proxy: string | undefined },
    unlinking: Unlinking,
  ): Promise<SessionEnd> {
    try {
      const session = await logIns.add(() => deps.gateway.openSession(optionsOf(owned)))
      deps.reach.reached()
      return await unlink({ ...owned, session }, unlinking)
    } catch (error) {
      if (!(error instanceof GatewayFailure && error.failure === 'AccountLoggedOut')) throw error
      return await unlinked(owned, unlinking)
    }
  }

  async function unlink(
    { session, ...owned }: Owned & { session: Session },
    unlinking: Unlinking,
  ): Promise<SessionEnd> {
    try {
      await session.unlink()
    } finally {
      await session.close()
    }
    return await unlinked(owned, unlinking)
  }

  async function unlinked(
    { accountId, epoch, logger }: Owned,
    { because, removes }: Unlinking,
  ): Promise<SessionEnd> {
    const detail = unlinkedAdvice(because)
    if (!(await commitUnlinked(database, { accountId, epoch, detail })))
      throw new GatewayFailure('Fenced', undefined)
    logger.info('device unlinked')
    return { kind: 'unlinked', ...(removes && { isRemoval: true }) }
  }

  async function open(
    owned: Owned & { proxy: string | undefined },
    pairing: OpenPairing | undefined,
    onCopyAsked: () => void,
  ): Promise<Session> {
    const { accountId, epoch, logger } = owned
    const options = optionsOf(owned, onCopyAsked)
    const say = (state: AccountState) => setAccountState(database, { accountId, epoch, state })
    if (!pairing) {
      await clearExpiredPairing(database, accountId)
      await say('connecting')
      return await logIns.add(() => deps.gateway.openSession(options))
    }
    await say('pairing')
    const { phoneNumber, forMs, mayBeOther, linkedJid } = pairing
    let isOver = true
    try {
      return await deps.gateway.pairSession({
        ...options,
        method: phoneNumber === undefined ? { kind: 'qr' } : { kind: 'code', phoneNumber },
        forMs,
        expectedJid: mayBeOther ? undefined : linkedJid,
        onChallenge: ({ challenge }) => {
          saveChallenge(database, { accountId, challenge }).catch((error: unknown) =>
            logger.error({ error }, 'the pairing challenge could not be stored'),
          )
        },
      })
    } catch (error) {
      // What mends itself is tried again while somebody waits for it. A newer version may help, too.
      isOver = !(error instanceof GatewayFailure && mayBePairedLater(error.failure))
      throw error
    } finally {
      // A handover keeps the request: the next owner goes on with it.
      if (isOver && !Context.current().cancellationSignal.aborted) await clearPairing(database, accountId)
    }
  }

  /**
   * Serves the account until the socket is gone, or its operator has the device taken off, which is done with this socket:
   * a second one would take its place. @throws when the session is to be given up although it is not
   */
  async function serve({
    accountId,
    epoch,
    session,
    logger,
    onServed,
  }: Owned & { session: Session; onServed: (served: Served) => void }): Promise<Disconnect | SessionEnd> {
    const context = Context.current()
    const lost = whenAborted(deps.databaseLost)
    let disconnect: Disconnect | 'canceled' | 'databaseLost'
    try {
      const isOwner = await setAccountState(database, {
        accountId,
        epoch,
        state: 'connected',
        jid: session.jid,
        ...(session.lid !== undefined && { lid: session.lid }),
      })
      if (!isOwner) throw new GatewayFailure('Fenced', undefined)
      const served = await deps.serveAccount({ session, epoch })
      onServed(served)
      logger.info('session connected')
      disconnect = await Promise.race([
        session.closed,
        lost.promise.then(() => 'databaseLost' as const),
        context.cancelled.catch(() => 'canceled' as const),
      ])
      // Otherwise what is in flight may end first.
      if (disconnect === 'databaseLost' || deps.databaseLost.aborted) await session.close()
      await served.stop()
      if (disconnect === 'canceled' && !session.hasEnded()) {
        const unlinking = await findUnlinking(database, accountId)
        if (unlinking) return await unlink({ accountId, epoch, logger, session }, unlinking)
      }
    } finally {
      lost.forget()
      await session.close()
    }
    if (disconnect === 'databaseLost') throw retryable('DatabaseLost', { delayMs: 1 })
    if (disconnect !== 'canceled') return disconnect
    await setAccountState(database, {
      accountId,
      epoch,
      state: 'reconnecting',
      detail: 'The session is moving.',
    })
    const reason: unknown = context.cancellationSignal.reason
    if (isShutdown(reason)) throw retryable('ConnectionLost', { delayMs: 1 })
    throw reason
  }

  /** The session is gone: says so, and whether and when it is worth another try. */
  async function giveUp({
    accountId,
    epoch,
    tries,
    isUnlinking,
    proxy,
    ...ending
  }: Ending & {
    accountId: string
    epoch: number
    tries: Tries
    isUnlinking: boolean
    proxy: ReadProxy | undefined
  }): Promise<SessionEnd> {
    const { failure, code, subCode } = ending
    if (failure === 'ClosedByUs') throw retryable('ConnectionLost', { delayMs: 1 })
    if (failure === 'RestartRequired')
      throw retryable('ConnectionLost', { delayMs: tries.delayAfter({ ...ending, failure }) })
    if (failure === 'Fenced') throw retryable('Fenced', { delayMs: 1_000 })
    if (failure === 'ClientOutdated' && (await hasNewVersion(proxy?.url)))
      throw retryable(failure, { delayMs: 1_000 })
    let delayMs = tries.delayAfter({ ...ending, failure })
    if (isCutOff(ending)) {
      await deps.reach.lost()
      // A session that waits for longer than this process is away would only come back to it.
      if (deps.reach.isAway()) delayMs = passMs
    }
    const advice = (proxy && proxyAdvice(failure, proxy.place, code)) ?? adviceFor(failure, code, subCode)
    await setAccountState(database, {
      accountId,
      epoch,
      state: accountStateOf(failure),
      detail: isUnlinking ? stillLinkedAdvice(advice) : advice,
      ...(triesAgainLater(failure) && { forMs: delayMs }),
    })
    if (accountStateOf(failure) === 'logged_out') return { kind: 'unlinked' }
    if (failure === 'AccountBanned') return { kind: 'banned' }
    throw retryable(failure, { delayMs })
  }

  /** Whether WhatsApp gives browsers another version than the one that it refused. */
  async function hasNewVersion(proxy: string | undefined): Promise<boolean> {
    try {
      return await deps.versions.renew(proxy)
    } catch (error) {
      deps.logger.warn({ error }, 'the current version of WhatsApp Web could not be looked up')
      return false
    }
  }
}

const unreadableProxy =
  'The URL of the proxy of this account was stored under another CARILLON_ENCRYPTION_KEY. Give the workers that key again, or set the proxy anew with `carillon account set --proxy`.'

/** A time is shown only where something happens then: an account that is logged out or banned waits for its operator. */
function triesAgainLater(failure: FailureType): boolean {
  const isOperators =
    accountStateOf(failure) === 'logged_out' || failure === 'AccountBanned' || failure === 'KeysUnreadable'
  return failureKinds[failure] === 'account' && !isOperators
}

function mayBePairedLater(failure: FailureType): boolean {
  return failureKinds[failure] === 'retry' || failure === 'ClientOutdated'
}

/** The signal outlives many sessions, and must not keep a listener of each. */
function whenAborted(signal: AbortSignal): { promise: Promise<void>; forget: () => void } {
  let forget: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    forget = () => signal.removeEventListener('abort', onAbort)
    if (signal.aborted) resolve()
  })
  return { promise, forget }
}
