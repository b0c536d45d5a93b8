import { isLinked } from '../../client/accounts/pairing.js'
import type { AccountState } from '../../domain/states.js'
import type { PairingView } from '../../store/accounts/pairing.js'
import { ClientStream, usualRetry } from './client-stream.js'
import { frame, heartbeat } from './frames.js'
import type { EventHub } from './hub.js'
import { withSaid } from '../../domain/sentences/with-said.js'

/**
 * Those of an account that is on its way to another one. It may be in them when the request of the pairing is gone already,
 * and for as long as a worker takes, or is away.
 */
const passingStates: readonly AccountState[] = ['pairing', 'connecting', 'reconnecting']

/** Whether nobody is linking the account. @param isExpired nobody begins with it any more */
function isOver({ method, state }: PairingView, { isExpired }: { isExpired: boolean }): boolean {
  if (isLinked({ method, state })) return true
  return (method === null || isExpired) && !passingStates.includes(state)
}

/** The id of the last event. A pairing that begins after it has another end. */
function overId({ expiresAt }: PairingView): string {
  return `over-${expiresAt?.getTime() ?? 0}`
}

/** Whether the client was told that it is over, and no other one has begun since. */
export function wasToldOver(lastEventId: string | undefined, view: PairingView): boolean {
  return (
    lastEventId === overId(view) ||
    (lastEventId?.startsWith('over-') === true && isOver(view, { isExpired: false }))
  )
}

/**
 * The pairing of one account for one client: what there is to show, each time that it is another, and how it ended. A client
 * that was too slow for one code is told the next.
 */
export class PairingStream extends ClientStream {
  readonly #hub: EventHub
  readonly #of: { operator: string; accountId: string }
  readonly #unwatch: () => void
  #view: PairingView
  #told = ''

  /** @param view as it was when the client asked */
  constructor(
    hub: EventHub,
    { view, ...of }: { operator: string; accountId: string; view: PairingView },
    onEnd: () => void,
  ) {
    super(onEnd)
    this.#hub = hub
    this.#of = of
    this.#view = view
    this.#unwatch = hub.watchPairing(of.accountId, () => this.wake())
  }

  protected override next(): Promise<string> {
    return Promise.resolve(this.#text())
  }

  #text(): string {
    const { accountId, operator } = this.#of
    const seen = this.#hub.pairing(accountId)
    // Removed meanwhile, and perhaps added by somebody else.
    const isGone = seen === null || (seen !== undefined && seen.operator !== operator)
    if (seen && !isGone) this.#view = seen.view
    const isFirst = this.#told === ''
    const text = isGone ? this.#told : frame('pairing', withSaid(this.#view))
    if (text !== this.#told) {
      this.#told = text
      return isFirst ? usualRetry + text : text
    }
    if (isGone || isOver(this.#view, { isExpired: seen?.isExpired ?? false })) {
      const { state, stateDetail } = this.#view
      const linked = !isGone && isLinked(this.#view)
      const told = { linked, state: isGone ? 'removed' : state, stateDetail }
      this.endWith(frame('over', withSaid(told), overId(this.#view)))
    }
    return ''
  }

  protected override heartbeat(): string {
    return heartbeat(undefined)
  }

  protected override release(): void {
    this.#unwatch()
  }
}
