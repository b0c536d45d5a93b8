import type { SignalDefinition } from '@temporalio/client'
import { sessionsTaskQueue } from '../../domain/ids.js'
import { unlinkedHereAdvice } from '../../domain/accounts/leaving.js'
import { removeAccountSignal, unlinkSignal, type OperatorRequest } from '../../protocol/messages.js'
import { sessionStart } from '../../protocol/account-starts.js'
import { previewRemoval, unlinkHere, type RemovalPreview } from '../../store/accounts/unlinking.js'
import { postgresNowMs } from '../../store/database.js'
import { findAccount, type AccountView } from '../../store/views/accounts.js'
import { askerOf, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { confirm, operatorRequest, type Confirmation, type RequestOptions } from '../temporal/signals.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { hasWorkers } from '../workers.js'
import { say } from '../../domain/sentences/say.js'

export type LeavingOptions = RequestOptions & {
  /**
   * Where WhatsApp is not told in time, the keys are forgotten here all the same: the phone then shows the device until it is
   * taken off there.
   */
  force?: boolean
}

export type Left = Confirmation<AccountView> & {
  /** The keys were forgotten here, and WhatsApp was not told: the phone shows the device until it is taken off there. */
  forced?: true
}

export type Removal = Left & RemovalPreview

// A log-in may be needed for it.
const unlinkTimeoutMs = 30_000

/** Takes the device off the account at WhatsApp. The account, its reminders and its runs stay. */
export async function unlinkAccount(
  context: ClientContext,
  before: AccountView,
  options: LeavingOptions,
): Promise<Left> {
  if (before.leaving === 'remove')
    throw new CarillonError('conflict', say('accountBeingRemovedToo', { account: before.id }))
  if (isUnlinked(before)) return { state: before, confirmed: true, already: true }
  const asked = await ask(context, { before, signal: unlinkSignal, isDone: isUnlinked, options })
  if (asked.confirmed || options.force !== true) return asked
  await unlinkHere(context.database, { accountId: before.id, detail: unlinkedHereAdvice }, askerOf(context))
  return { state: await readAccount(context, before.id), confirmed: true, forced: true }
}

/** The same, and then the account is gone. */
export async function removeAccount(
  context: ClientContext,
  before: AccountView,
  options: LeavingOptions,
): Promise<Removal> {
  const { database } = context
  const isDone = ({ state }: AccountView) => state === 'removed'
  if (isDone(before)) return { state: before, confirmed: true, already: true, reminders: 0, runs: 0 }
  const held = await previewRemoval(database, before.id)
  const asking = { before, signal: removeAccountSignal, isDone, options }
  const asked = await ask(context, asking)
  if (asked.confirmed || options.force !== true) return { ...asked, ...held }
  const isForced = !['unlinked', 'removed'].includes(asked.state.state)
  if (isForced)
    await unlinkHere(database, { accountId: before.id, detail: unlinkedHereAdvice }, askerOf(context))
  // The next try would come by itself, and later.
  return { ...(await ask(context, asking)), ...held, ...(isForced && { forced: true }) }
}

function isUnlinked({ state, leaving }: AccountView): boolean {
  return state === 'unlinked' && leaving === null
}

async function readAccount({ database, operator }: ClientContext, id: string): Promise<AccountView> {
  const account = await findAccount(database, { operator, accountId: id })
  if (account === undefined)
    throw new CarillonError('not_found', say('accountGoneMeanwhile', { account: id }))
  return account
}

/** Asks the one who owns the session, and waits until it is done. */
async function ask(
  context: ClientContext,
  {
    before: { id },
    signal,
    isDone,
    options,
  }: {
    before: AccountView
    signal: SignalDefinition<[OperatorRequest?]>
    isDone: (account: AccountView) => boolean
    options: LeavingOptions
  },
): Promise<Confirmation<AccountView>> {
  const { temporal, database } = context
  try {
    await temporal.workflow.signalWithStart('accountSession', {
      ...sessionStart(id),
      signal,
      signalArgs: [operatorRequest(context, options.reason, options.requestId)],
    })
  } catch (error) {
    throw explainTemporalError(error)
  }
  const isWorth =
    options.force !== true ||
    (await hasWorkers(temporal, { taskQueue: sessionsTaskQueue, nowMs: await postgresNowMs(database) }))
  const timeoutMs = isWorth ? (options.timeoutMs ?? unlinkTimeoutMs) : 0
  return await confirm({ read: async () => await readAccount(context, id), isDone, timeoutMs })
}
