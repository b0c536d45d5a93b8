import { ApplicationFailure } from '@temporalio/activity'
import { adviceFor, failureKinds, proxyAdvice, type FailureType } from '../../domain/failures.js'
import { stillLinkedAdvice } from '../../domain/accounts/leaving.js'
import type { SessionEnd } from '../../protocol/payloads.js'
import { setAccountState } from '../../store/accounts/accounts.js'
import type { Unlinking } from '../../store/accounts/unlinking.js'
import { retryable } from '../retryable.js'
import { accountStateOf } from './account-restrictions.js'
import type { Attempt, SessionContext } from './context.js'
import type { ReadProxy } from './secrets.js'
import { isCutOff, type Ending, type Tries } from './tries.js'
import { say } from '../../domain/sentences/say.js'

// How soon Temporal offers the session again, to whoever asks first.
export const passMs = 100

export type EndedSession = Ending & {
  accountId: string
  epoch: number
  tries: Tries
  isUnlinking: boolean
  proxy: ReadProxy | undefined
}

/** The session is gone: says so, and whether and when it is worth another try. */
export async function giveUp(
  context: SessionContext,
  { accountId, epoch, tries, isUnlinking, proxy, ...ending }: EndedSession,
): Promise<SessionEnd> {
  const { database, reach } = context
  const { failure, code, subCode } = ending
  if (failure === 'ClosedByUs') throw retryable('ConnectionLost', { delayMs: 1 })
  if (failure === 'RestartRequired')
    throw retryable('ConnectionLost', { delayMs: tries.delayAfter({ ...ending, failure }) })
  if (failure === 'Fenced') throw retryable('Fenced', { delayMs: 1_000 })
  if (failure === 'ClientOutdated' && (await hasNewVersion(context, proxy?.url)))
    throw retryable(failure, { delayMs: 1_000 })
  let delayMs = tries.delayAfter({ ...ending, failure })
  if (isCutOff(ending)) {
    await reach.lost()
    // A session that waits for longer than this process is away would only come back to it.
    if (reach.isAway()) delayMs = passMs
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

export async function leaveUnreadable(
  { database, logger }: SessionContext,
  attempt: Attempt & { epoch: number },
  why: string,
  unlinking: Unlinking | undefined,
): Promise<never> {
  const { accountId, epoch } = attempt
  const failure = 'KeysUnreadable'
  const delayMs = delayOf(attempt, failure)
  logger.warn({ accountId, delayMs }, 'account-keys-unreadable')
  const detail = unlinking ? stillLinkedAdvice(why) : why
  await setAccountState(database, { accountId, epoch, state: 'unreadable', detail })
  throw retryable(failure, { delayMs })
}

export const unreadableProxy = say('unreadableProxy')

/**
 * Postgres refused something, or the fault is ours: it may last, so each try waits longer than the one before. What
 * the error says stays here: it may quote what was stored.
 */
export async function brokenOff(
  { database, databaseLost, logger }: SessionContext,
  attempt: Attempt,
  error: unknown,
): Promise<ApplicationFailure> {
  const { accountId, epoch } = attempt
  const delayMs = delayOf(attempt, 'DatabaseLost')
  logger.error({ accountId, epoch, error, delayMs }, 'session-broken-off')
  const detail =
    'What the session needs of Postgres fails: the log of the worker says why (session-broken-off).'
  if (epoch !== undefined && !databaseLost.aborted)
    await setAccountState(database, { accountId, epoch, state: 'reconnecting', detail }).catch(
      (again: unknown) => logger.warn({ accountId, error: again }, 'the state could not be stored'),
    )
  return ApplicationFailure.create({ message: detail, type: 'SessionBrokenOff', nextRetryDelay: delayMs })
}

function delayOf({ tries, startedMs }: Attempt, failure: FailureType): number {
  const livedMs = performance.now() - startedMs
  return Math.max(1, Math.round(tries.delayAfter({ failure, code: undefined, wasOpen: false, livedMs })))
}

/** Whether WhatsApp gives browsers another version than the one that it refused. */
async function hasNewVersion(
  { versions, logger }: SessionContext,
  proxy: string | undefined,
): Promise<boolean> {
  try {
    return await versions.renew(proxy)
  } catch (error) {
    logger.warn({ error }, 'the current version of WhatsApp Web could not be looked up')
    return false
  }
}

/** A time is shown only where something happens then: an account that is logged out or banned waits for its operator. */
function triesAgainLater(failure: FailureType): boolean {
  const isOperators =
    accountStateOf(failure) === 'logged_out' || failure === 'AccountBanned' || failure === 'KeysUnreadable'
  return failureKinds[failure] === 'account' && !isOperators
}
