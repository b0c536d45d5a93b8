import { sessionsTaskQueue } from '../../domain/ids.js'
import { sessionStart } from '../../protocol/account-starts.js'
import type { AccountState } from '../../domain/states.js'
import { postgresNowMs } from '../../store/database.js'
import { pairingView, requestPairing, type PairingView } from '../../store/accounts/pairing.js'
import { pairSignal } from '../../protocol/messages.js'
import { askerOf, type ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { hasWorkers } from '../workers.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { pause } from '../../pause.js'
import { say } from '../../domain/sentences/say.js'

export type PairingRequest = {
  id: string
  method: 'qr' | 'code'
  /** For `code`: the account's number, country code first. It stays in Postgres until the device is linked. */
  phoneNumber?: string
  /** `defaultPairingMs` when not given. */
  timeoutMs?: number
  /** The phone may have another number than the one that the account was linked to. */
  otherNumber?: boolean
}

export type PairOptions = PairingRequest & {
  /** Called with each new thing to show: the text of a QR code, or the pairing code. */
  onChallenge?: (challenge: { method: 'qr' | 'code'; challenge: string }) => void
  /** Called once when no worker has taken it up after a few seconds. */
  onNoWorker?: () => void
  signal?: AbortSignal
}

export type PairResult =
  | { kind: 'connected'; already: boolean }
  | { kind: 'failed'; state: AccountState; detail: string | null }
  /** `detail` is what stood in its way last, where something did. */
  | { kind: 'timedOut'; detail: string | null }
  | { kind: 'aborted' }

const failedStates: readonly AccountState[] = [
  'logged_out',
  'temporarily_banned',
  'banned',
  'outdated',
  'replaced',
]
const linkedStates: readonly AccountState[] = ['connected', 'limited', 'time_locked']
export const defaultPairingMs = 300_000
const noWorkerAfterMs = 4_000
const sayWhyMs = 5_000

type Begun = 'linked' | { /** By the clock of Postgres. */ requestedAt: Date; forMs: number }

/** What linking a phone asks for, of Postgres and Temporal or of the API. */
export type PairingSteps = {
  begin(): Promise<Begun>
  view(): Promise<PairingView>
  /** Whether a worker could take it up. */
  hasWorkers(): Promise<boolean>
  /** Between two looks. */
  everyMs: number
}

export async function pairAccount(context: ClientContext, options: PairOptions): Promise<PairResult> {
  const steps: PairingSteps = {
    begin: async () => await beginPairing(context, options),
    view: async () => await viewOf(context, options.id),
    hasWorkers: async () =>
      await hasWorkers(context.temporal, {
        taskQueue: sessionsTaskQueue,
        nowMs: await postgresNowMs(context.database),
      }),
    everyMs: 250,
  }
  return await followPairing(steps, options)
}

/** Shows each code as it comes, until the account is linked or that has failed. */
export async function followPairing(steps: PairingSteps, options: PairOptions): Promise<PairResult> {
  const begun = await steps.begin()
  if (begun === 'linked') return { kind: 'connected', already: true }
  const { requestedAt, forMs } = begun
  const startedAt = Date.now()
  // The session ends the pairing and says why: it is given a moment to do so.
  const deadline = startedAt + forMs + sayWhyMs
  let shown: string | null = null
  let toldNoWorker = false
  while (options.signal?.aborted !== true) {
    const view = await steps.view()
    const end = outcome(view, requestedAt)
    if (end !== undefined) return end
    if (view.challenge !== null && view.challenge !== shown) {
      shown = view.challenge
      options.onChallenge?.({ method: options.method, challenge: shown })
    }
    const isQuiet = shown === null && !toldNoWorker && Date.now() - startedAt > noWorkerAfterMs
    if (isQuiet && !(await steps.hasWorkers())) {
      toldNoWorker = true
      options.onNoWorker?.()
    }
    if (Date.now() >= deadline)
      return { kind: 'timedOut', detail: view.state === 'pairing' ? null : view.stateDetail }
    await pause(steps.everyMs, options.signal)
  }
  return { kind: 'aborted' }
}

/** Asks for codes to be shown, by whatever worker owns the session. */
async function beginPairing(context: ClientContext, options: PairingRequest): Promise<Begun> {
  const phoneNumber = phoneDigits(options)
  const before = await viewOf(context, options.id)
  if (linkedStates.includes(before.state)) return 'linked'
  const forMs = options.timeoutMs ?? defaultPairingMs
  const requestedAt = await requestPairing(
    context.database,
    {
      accountId: options.id,
      method: options.method,
      ...(phoneNumber === undefined ? {} : { phoneNumber }),
      forMs,
      mayBeOther: options.otherNumber === true,
    },
    askerOf(context),
  )
  await startSession(context, options.id)
  return { requestedAt, forMs }
}

/** Begins it and waits for nothing. The account is as it was where it is linked already. */
export async function startPairing(context: ClientContext, options: PairingRequest): Promise<PairingView> {
  await beginPairing(context, options)
  return await viewOf(context, options.id)
}

/** How the pairing ended; undefined while it has not. A failure from before the request is not its outcome. */
export function outcome(view: PairingView, requestedAt: Date): PairResult | undefined {
  if (isLinked(view)) return { kind: 'connected', already: false }
  if (failedStates.includes(view.state) && view.stateSince >= requestedAt)
    return { kind: 'failed', state: view.state, detail: view.stateDetail }
  return undefined
}

/** An account that WhatsApp restricts stays so when it is linked: the request is gone then. */
export function isLinked({ state, method }: Pick<PairingView, 'state' | 'method'>): boolean {
  return state === 'connected' || (linkedStates.includes(state) && method === null)
}

export async function viewOf({ database }: ClientContext, accountId: string): Promise<PairingView> {
  const view = await pairingView(database, accountId)
  if (view === undefined)
    throw new CarillonError('not_found', say('accountGoneMeanwhile', { account: accountId }))
  return view
}

async function startSession({ temporal }: ClientContext, accountId: string): Promise<void> {
  try {
    await temporal.workflow.signalWithStart('accountSession', {
      ...sessionStart(accountId),
      signal: pairSignal,
      signalArgs: [],
    })
  } catch (error) {
    throw explainTemporalError(error)
  }
}

function phoneDigits({ method, phoneNumber }: PairOptions): string | undefined {
  if (method === 'qr') return undefined
  const digits = (phoneNumber ?? '').replaceAll(/[\s().+-]/g, '')
  if (/^[1-9]\d{6,14}$/.test(digits)) return digits
  throw new InputError([
    {
      field: 'phoneNumber',
      got: phoneNumber === undefined ? 'none' : `a text of ${phoneNumber.length} characters`,
      expected: say('ownNumber'),
    },
  ])
}
