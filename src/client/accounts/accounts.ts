import { accountIdPattern } from '../../domain/ids.js'
import { lockStart } from '../../protocol/account-starts.js'
import { setProxy } from '../../store/accounts/proxy.js'
import { insertAccount, setPacing, type Pacing } from '../../store/accounts/registration.js'
import { previewRemoval, type RemovalPreview } from '../../store/accounts/unlinking.js'
import { findAccount, listAccounts, type AccountView } from '../../store/views/accounts.js'
import { pauseAccountSignal, resumeAccountSignal } from '../../protocol/messages.js'
import type { ClientContext } from '../context.js'
import { CarillonError, InputError, type InputIssue } from '../errors.js'
import { describeValue } from '../input/issues.js'
import { removeAccount, unlinkAccount, type LeavingOptions, type Left, type Removal } from './leaving.js'
import { proxyIssues, reconnect, sealProxy } from './proxy.js'
import { pairAccount, type PairOptions, type PairResult } from './pairing.js'
import {
  confirm,
  confirmTimeoutMs,
  operatorRequest,
  type Confirmation,
  type RequestOptions,
} from '../temporal/signals.js'
import { checkStorable } from '../storable.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'

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

  async function show(id: string): Promise<AccountView> {
    checkStorable({ id })
    const account = await findAccount(database, { operator, accountId: id })
    if (account !== undefined && account.state !== 'removed') return account
    const ids = (await listAccounts(database, operator)).map((one) => one.id).join(', ')
    throw new CarillonError(
      'not_found',
      `There is no account '${id}'. ${ids === '' ? 'Add it with `carillon account add`.' : `You have: ${ids}.`}`,
    )
  }

  /** Also one that was removed. */
  async function known(id: string): Promise<AccountView> {
    checkStorable({ id })
    return (await findAccount(database, { operator, accountId: id })) ?? (await show(id))
  }

  async function setPaused(
    id: string,
    paused: boolean,
    options: RequestOptions,
  ): Promise<Confirmation<AccountView>> {
    const request = operatorRequest(operator, options.reason)
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
      const issues = accountIssues(input)
      if (issues.length > 0) throw new InputError(issues)
      const proxy = input.proxy === undefined ? undefined : await seal(input.id, input.proxy)
      if (!(await insertAccount(database, { ...input, operator })))
        throw new CarillonError('conflict', `There is an account '${input.id}' already. Use another id.`)
      if (proxy !== undefined) await setProxy(database, { accountId: input.id, proxy })
      return await show(input.id)
    },
    set: async (id, { proxy, ...pacing }) => {
      const issues = [...pacingIssues(pacing), ...proxyIssues(proxy)]
      if (issues.length > 0) throw new InputError(issues)
      await show(id)
      await setPacing(database, { accountId: id, ...pacing })
      if (proxy !== undefined) {
        const sealed = proxy === null ? undefined : await seal(id, proxy)
        await setProxy(database, { accountId: id, proxy: sealed })
        await reconnect(context, id)
      }
      return await show(id)
    },
    list: async () => await listAccounts(database, operator),
    show,
    pair: async (options) => {
      const { leaving } = await show(options.id)
      if (leaving === 'remove')
        throw new CarillonError(
          'conflict',
          `The account '${options.id}' is being removed: no device is linked to it.`,
        )
      return await pairAccount(context, options)
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

function accountIssues({ id, proxy, ...pacing }: NewAccountInput): InputIssue[] {
  const issues = [...pacingIssues(pacing), ...proxyIssues(proxy)]
  if (!accountIdPattern.test(id))
    issues.unshift({
      field: 'id',
      got: describeValue(id),
      expected: 'expected a–z, 0–9 and -, 40 characters at most, beginning with a letter or digit',
    })
  return issues
}

function pacingIssues({ ratePerMinute, dailyCap }: Pacing): InputIssue[] {
  return [
    ...countIssue('ratePerMinute', ratePerMinute, 100_000),
    ...countIssue('dailyCap', dailyCap ?? undefined, 10_000_000),
  ]
}

function countIssue(field: string, value: number | undefined, max: number): InputIssue[] {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max)) return []
  return [{ field, got: describeValue(value), expected: `expected a whole number from 1 to ${max}` }]
}
