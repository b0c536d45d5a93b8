import type { z } from 'zod'
import { accountNameAdvice, mayNameAccount } from '../../domain/access.js'
import { lockStart } from '../../protocol/account-starts.js'
import { setProxy } from '../../store/accounts/proxy.js'
import type { PairingView } from '../../store/accounts/pairing.js'
import { insertAccount, setPacing, type Pacing } from '../../store/accounts/registration.js'
import { findOperator } from '../../store/operators/operators.js'
import { previewRemoval, type RemovalPreview } from '../../store/accounts/unlinking.js'
import { findAccount, listAccounts, type AccountView } from '../../store/views/accounts.js'
import { pauseAccountSignal, resumeAccountSignal } from '../../protocol/messages.js'
import { askerOf, maySeeAccount, type ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { describeValue, isObject, schemaIssues } from '../input/issues.js'
import { accountChanges, newAccountInput } from '../input/schema/requests.js'
import { removeAccount, unlinkAccount, type LeavingOptions, type Left, type Removal } from './leaving.js'
import { proxyIssues, reconnect, sealProxy } from './proxy.js'
import {
  pairAccount,
  startPairing,
  viewOf,
  type PairingRequest,
  type PairOptions,
  type PairResult,
} from './pairing.js'
import {
  confirm,
  confirmTimeoutMs,
  operatorRequest,
  type Confirmation,
  type RequestOptions,
} from '../temporal/signals.js'
import { checkStorable } from '../storable.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { say } from '../../domain/sentences/say.js'

/** `defaultRatePerMinute`, no cap and no ramp where nothing is given. */
export type NewAccountInput = Pacing & { id: string; proxy?: string }

/** `proxy`: everything of the account goes by way of it from now on; null is none. A connection that is open ends. */
export type AccountChanges = Pacing & { proxy?: string | null }

export type Accounts = {
  /**
   * @throws InputError; CarillonError `conflict` when the id is taken, `not_ready` where the proxy could not be stored as
   *   safely as what is stored already
   */
  add(input: NewAccountInput): Promise<AccountView>
  /** Changes what is given, from the next send on. @throws InputError; CarillonError `not_found`, `not_ready` as `add` */
  set(id: string, changes: AccountChanges): Promise<AccountView>
  list(): Promise<AccountView[]>
  /** @throws CarillonError `not_found` */
  show(id: string): Promise<AccountView>
  /** Links the account to a phone; resolves when that is done or has failed. */
  pair(options: PairOptions): Promise<PairResult>
  /** Begins that and waits for nothing: `pairing` has what to show, and how it goes. */
  startPairing(request: PairingRequest): Promise<PairingView>
  /** The code to show now, if there is one, and the state that tells whether the account is linked. */
  pairing(id: string): Promise<PairingView>
  /**
   * Takes the device off at WhatsApp; the owner of the session does it, or a worker that logs in for it. What is asked stays
   * asked for until it is done. Keys are gone then; groups, reminders and runs stay for who links a device again.
   */
  unlink(id: string, options?: LeavingOptions): Promise<Left>
  /**
   * The same, and then the account is gone, with its groups. Its runs are canceled, its reminders kept and paused with the
   * reason. Its id can be added again. To do it twice is to do it once. @throws CarillonError `not_found`
   */
  remove(id: string, options?: LeavingOptions): Promise<Removal>
  /** How many reminders a removal would pause, and how many runs it would cancel. */
  previewRemoval(id: string): Promise<RemovalPreview>
  /** Stops every send of the account from the next one on. */
  pauseSends(id: string, options?: RequestOptions): Promise<Confirmation<AccountView>>
  resumeSends(id: string, options?: RequestOptions): Promise<Confirmation<AccountView>>
}

export function createAccounts(context: ClientContext): Accounts {
  const { temporal, database, operator } = context
  const seal = (accountId: string, proxy: string) => sealProxy(context, accountId, proxy)

  async function find(id: string): Promise<AccountView | undefined> {
    const account = await findAccount(database, { operator, accountId: id })
    return account !== undefined && maySeeAccount(context, account.id) ? account : undefined
  }

  async function list(): Promise<AccountView[]> {
    return (await listAccounts(database, operator)).filter(({ id }) => maySeeAccount(context, id))
  }

  async function show(id: string): Promise<AccountView> {
    checkStorable({ id })
    const account = await find(id)
    if (account !== undefined && account.state !== 'removed') return account
    const ids = (await list()).map((one) => one.id).join(', ')
    throw new CarillonError(
      'not_found',
      say('noAccount', {
        account: id,
        hint: ids === '' ? say('phraseAddAccount') : say('phraseYouHave', { ids }),
      }),
    )
  }

  /** Also one that was removed. */
  async function known(id: string): Promise<AccountView> {
    checkStorable({ id })
    return (await find(id)) ?? (await show(id))
  }

  async function mayBeLinked(id: string): Promise<void> {
    const { leaving } = await show(id)
    if (leaving === 'remove') throw new CarillonError('conflict', say('accountBeingRemoved', { account: id }))
  }

  async function setPaused(
    id: string,
    paused: boolean,
    options: RequestOptions,
  ): Promise<Confirmation<AccountView>> {
    const request = operatorRequest(context, options.reason, options.requestId)
    const isDone = (account: AccountView) => (account.pausedReason !== null) === paused
    const before = await show(id)
    if (isDone(before)) return { state: before, confirmed: true, already: true }
    try {
      await temporal.workflow.signalWithStart('accountLock', {
        ...lockStart(id),
        signal: paused ? pauseAccountSignal : resumeAccountSignal,
        signalArgs: [request],
      })
    } catch (error) {
      throw explainTemporalError(error)
    }
    return await confirm({ read: () => show(id), isDone, timeoutMs: options.timeoutMs ?? confirmTimeoutMs })
  }

  return {
    add: async (input) => {
      checkInput(newAccountInput, input)
      const owner = (await findOperator(database, operator)) ?? {
        id: operator,
        freeAccountIds: context.access === undefined,
      }
      if (!mayNameAccount(owner, input.id))
        throw new InputError([
          { field: 'id', got: describeValue(input.id), expected: accountNameAdvice(owner) },
        ])
      const proxy = input.proxy === undefined ? undefined : await seal(input.id, input.proxy)
      if (!(await insertAccount(database, { ...input, operator }, askerOf(context))))
        throw new CarillonError('conflict', say('accountTaken', { account: input.id }))
      if (proxy !== undefined) await setProxy(database, { accountId: input.id, proxy }, askerOf(context))
      return await show(input.id)
    },
    set: async (id, changes) => {
      checkInput(accountChanges, changes)
      const { proxy, ...pacing } = changes
      await show(id)
      await setPacing(database, { accountId: id, ...pacing }, askerOf(context))
      if (proxy !== undefined) {
        const sealed = proxy === null ? undefined : await seal(id, proxy)
        await setProxy(database, { accountId: id, proxy: sealed }, askerOf(context))
        await reconnect(context, id)
      }
      return await show(id)
    },
    list,
    show,
    pair: async (options) => {
      await mayBeLinked(options.id)
      return await pairAccount(context, options)
    },
    startPairing: async (request) => {
      await mayBeLinked(request.id)
      return await startPairing(context, request)
    },
    pairing: async (id) => {
      await show(id)
      return await viewOf(context, id)
    },
    unlink: async (id, options = {}) => await unlinkAccount(context, await show(id), options),
    remove: async (id, options = {}) => await removeAccount(context, await known(id), options),
    previewRemoval: async (id) => {
      await show(id)
      return await previewRemoval(database, id)
    },
    pauseSends: async (id, options = {}) => await setPaused(id, true, options),
    resumeSends: async (id, options = {}) => await setPaused(id, false, options),
  }
}

/** @throws InputError */
function checkInput(schema: z.ZodType, input: { proxy?: string | null }): void {
  const issues = schemaIssues(schema, input, 'account')
  // Not everything that calls is typed.
  if (isObject(input)) issues.push(...proxyIssues(input.proxy))
  if (issues.length > 0) throw new InputError(issues)
}
