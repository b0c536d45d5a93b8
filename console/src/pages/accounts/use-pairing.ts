import { useEffect, useState } from 'react'
import { pairingAnswer } from '../../../../src/api/v1/answers/accounts.js'
import { decode, type Answer } from '../../../../src/api/client/decode.js'
import type { Said, WithSaid } from '../../../../src/domain/sentences/read.js'
import { api } from '../../api/client.js'

export type Pairing = Answer<typeof pairingAnswer>

/** How a pairing goes: what to show now, or how it ended. */
export type PairingState =
  | { kind: 'asking' }
  | { kind: 'shown'; pairing: Pairing; challenge: string }
  | { kind: 'over'; isLinked: boolean; detail: string | null; said?: Said | undefined }
  | { kind: 'refused'; error: unknown }

export type PairingRequest = { method: 'qr' } | { method: 'code'; phoneNumber: string }

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
      source.addEventListener('pairing', ({ data }: MessageEvent<string>) => {
        const pairing = decode(pairingAnswer, JSON.parse(data))
        const { challenge } = pairing
        setState(challenge === null ? { kind: 'asking' } : { kind: 'shown', pairing, challenge })
      })
      source.addEventListener('over', ({ data }: MessageEvent<string>) => over(JSON.parse(data) as OverEvent))
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
      source?.close()
    }
  }, [id, method, phoneNumber, attempt])

  return state
}
