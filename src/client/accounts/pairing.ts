import { sessionsTaskQueue } from '../../domain/ids.js'
import { sessionStart } from '../../protocol/account-starts.js'
import type { AccountState } from '../../domain/states.js'
import { pairingView, requestPairing, type PairingView } from '../../store/accounts/pairing.js'
import { pairSignal } from '../../protocol/messages.js'
import type { ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { hasWorkers } from '../workers.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { pause } from '../../pause.js'

export type PairOptions = {
  id: string
  method: 'qr' | 'code'
  /** For `code`: the account's number, country code first. It stays in Postgres until the device is linked. */
  phoneNumber?: string
  /** Called with each new thing to show: the text of a QR code, or the pairing code. */
  onChallenge?: (challenge: { method: 'qr' | 'code'; challenge: string }) => void
  /** Called once when no worker has taken it up after a few seconds. */
  onNoWorker?: () => void
  /** 5 minutes when not given. */
  timeoutMs?: number
  signal?: AbortSignal
}

export type PairResult =
  | { kind: 'connected'; already: boolean }
  | { kind: 'failed'; state: AccountState; detail: string | null }
  | { kind: 'timedOut' }
  | { kind: 'aborted' }

const failedStates: readonly AccountState[] = ['logged_out', 'banned', 'replaced']
const pollMs = 250
const noWorkerAfterMs = 4_000

export async function pairAccount(context: ClientContext, options: PairOptions): Promise<PairResult> {
  const { database } = context
  const phoneNumber = phoneDigits(options)
  const before = await viewOf(context, options.id)
  if (before.state === 'connected') return { kind: 'connected', already: true }
  const requestedAt = await requestPairing(database, {
    accountId: options.id,
    method: options.method,
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
  })
  await startSession(context, options.id)

  const startedAt = Date.now()
  const deadline = startedAt + (options.timeoutMs ?? 300_000)
  let shown: string | null = null
  let toldNoWorker = false
  while (options.signal?.aborted !== true) {
    const view = await viewOf(context, options.id)
    const end = outcome(view, requestedAt)
    if (end !== undefined) return end
    if (view.challenge !== null && view.challenge !== shown) {
      shown = view.challenge
      options.onChallenge?.({ method: options.method, challenge: shown })
    }
    const isQuiet = shown === null && !toldNoWorker && Date.now() - startedAt > noWorkerAfterMs
    if (isQuiet && !(await hasWorkers(context.temporal, sessionsTaskQueue))) {
      toldNoWorker = true
      options.onNoWorker?.()
    }
    if (Date.now() >= deadline) return { kind: 'timedOut' }
    await pause(pollMs, options.signal)
  }
  return { kind: 'aborted' }
}

/** How the pairing ended; undefined while it has not. A failure from before the request is not its outcome. */
export function outcome(view: PairingView, requestedAt: Date): PairResult | undefined {
  if (view.state === 'connected') return { kind: 'connected', already: false }
  if (failedStates.includes(view.state) && view.stateSince >= requestedAt)
    return { kind: 'failed', state: view.state, detail: view.stateDetail }
  return undefined
}

async function viewOf({ database }: ClientContext, accountId: string): Promise<PairingView> {
  const view = await pairingView(database, accountId)
  if (view === undefined) throw new CarillonError('not_found', `There is no account '${accountId}' any more.`)
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
      expected: 'expected the number of the account: 7 to 15 digits, country code first',
    },
  ])
}
