import { useEffect, useState } from 'react'
import { pairingAnswer } from '../../../../src/api/v1/answers/accounts.js'
import { decode, type Answer } from '../../../../src/api/client/decode.js'
import type { Said, WithSaid } from '../../../../src/domain/sentences/read.js'
import { CarillonError } from '../../../../src/client/errors.js'
import { api } from '../../api/client.js'

export type Pairing = Answer<typeof pairingAnswer>

/** How a pairing goes: what to show now, or how it ended. */
export type PairingState =
  | { kind: 'asking' }
  | { kind: 'shown'; pairing: Pairing; challenge: string }
  | { kind: 'over'; isLinked: boolean; detail: string | null; said?: Said | undefined }
  | { kind: 'refused'; error: unknown }

export type PairingRequest = { method: 'qr' } | { method: 'code'; phoneNumber: string }

/** A code is good for 20 seconds: until then the one that is shown may be scanned. */
const tryAgainMs = 3_000
const mostTries = 5

type OverEvent = { linked: boolean; stateDetail: string | null } & WithSaid<'stateDetail'>

/**
 * Begins to link the account and follows it by the API's own events, until it is over or nobody looks any more. Another
 * request, or another `attempt` at it, begins anew.
 */
export function usePairing(
  id: string,
  request: PairingRequest | undefined,
  attempt: number,
): PairingState | undefined {
  const [state, setState] = useState<PairingState>()
  const method = request?.method
  const phoneNumber = request?.method === 'code' ? request.phoneNumber : undefined

  useEffect(() => {
    if (method === undefined) {
      setState(undefined)
      return undefined
    }
    let source: EventSource | undefined
    let isWanted = true
    let refusals = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    setState({ kind: 'asking' })
    const over = (told: OverEvent): void => {
      source?.close()
      setState({
        kind: 'over',
        isLinked: told.linked,
        detail: told.stateDetail,
        said: told.said?.stateDetail,
      })
    }
    const follow = (): void => {
      source = new EventSource(`/v1/accounts/${encodeURIComponent(id)}/pairing/events`)
      source.addEventListener('open', () => {
        refusals = 0
      })
      source.addEventListener('error', () => {
        // An answer that is no stream, as of an API that is started anew, ends an EventSource for good: another one is opened.
        if (source?.readyState === EventSource.CLOSED) again()
      })
      source.addEventListener('pairing', ({ data }: MessageEvent<string>) => {
        const pairing = decode(pairingAnswer, JSON.parse(data))
        const { challenge } = pairing
        setState(challenge === null ? { kind: 'asking' } : { kind: 'shown', pairing, challenge })
      })
      source.addEventListener('over', ({ data }: MessageEvent<string>) => over(JSON.parse(data) as OverEvent))
    }
    const again = (): void => {
      refusals += 1
      if (refusals < mostTries) timer = setTimeout(follow, tryAgainMs)
      else
        setState({
          kind: 'refused',
          error: new CarillonError('unreachable', 'There is no stream of events.'),
        })
    }
    api.accounts.startPairing({ id, method, ...(phoneNumber !== undefined && { phoneNumber }) }).then(
      (pairing) => {
        if (!isWanted) return
        if (pairing.method === null) over({ linked: true, stateDetail: null })
        else follow()
      },
      (error: unknown) => {
        if (isWanted) setState({ kind: 'refused', error })
      },
    )
    return () => {
      isWanted = false
      clearTimeout(timer)
      source?.close()
    }
  }, [id, method, phoneNumber, attempt])

  return state
}
