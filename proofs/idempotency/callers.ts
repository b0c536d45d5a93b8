import { pause } from '../../src/pause.js'
import type { ApiProcess } from '../shared/api-processes.js'
import { ask, type Asked, type HttpAnswer } from '../shared/ask.js'

/** One request, which may be sent again. */
export type Repeatable = {
  method: 'POST'
  path: string
  key: string
  body: unknown
  /** Why an answer is not the one that it must be; undefined where it is. */
  wrongIn: (answer: HttpAnswer) => string | undefined
}

/** What all callers together have met. */
export type Tally = {
  requests: number
  answered: number
  /** Attempts that were to be made again, by why. */
  retries: Record<Retry, number>
  wrong: string[]
}

export type Retry = 'refused' | 'cutOff' | 'inProgress' | 'unavailable'

export const noTally = (): Tally => ({
  requests: 0,
  answered: 0,
  retries: { refused: 0, cutOff: 0, inProgress: 0, unavailable: 0 },
  wrong: [],
})

export type Calls = {
  apis: ApiProcess[]
  token: string
  tally: Tally
  /** Requests under way at each process. */
  inFlight: Map<ApiProcess, number>
  /** Called after each caller's last answer. */
  onAnswered: () => void
  signal: AbortSignal
}

const patienceMs = 180_000
const betweenTriesMs = 250

/** One caller: it sends the same until it hears an answer, by turns to either process. Undefined where that was a wrong one. */
export async function callUntilAnswered(
  calls: Calls,
  {
    request,
    first,
  }: { request: Repeatable; /** To which of the processes it goes at first. */ first: number },
): Promise<HttpAnswer | undefined> {
  const { apis, tally, signal } = calls
  tally.requests += 1
  const endsMs = Date.now() + patienceMs
  for (let attempt = first; Date.now() < endsMs; attempt++) {
    signal.throwIfAborted()
    const api = apis[attempt % apis.length]
    if (api === undefined) throw new Error('there is no API process')
    const heard = await send(calls, { api, request })
    if (heard.kind === 'retry') {
      tally.retries[heard.why] += 1
      await pause(heard.afterMs, signal)
      continue
    }
    const wrong = request.wrongIn(heard.answer)
    calls.tally.answered += 1
    calls.onAnswered()
    if (wrong === undefined) return heard.answer
    tally.wrong.push(`${request.path}, ${request.key}: ${wrong}`)
    return undefined
  }
  tally.wrong.push(`${request.path}, ${request.key}: no answer within ${patienceMs / 1_000} s`)
  return undefined
}

type Heard =
  { kind: 'answer'; answer: HttpAnswer } | { kind: 'retry'; why: Retry; /** Not sooner. */ afterMs: number }

async function send(
  { token, inFlight }: Calls,
  { api, request }: { api: ApiProcess; request: Repeatable },
): Promise<Heard> {
  const { method, path, key, body } = request
  const asked: Asked = {
    method,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
    body,
  }
  inFlight.set(api, (inFlight.get(api) ?? 0) + 1)
  try {
    const answer = await ask(`${api.url}${path}`, asked)
    return retryOf(answer) ?? { kind: 'answer', answer }
  } catch (error) {
    return { kind: 'retry', why: isRefused(error) ? 'refused' : 'cutOff', afterMs: betweenTriesMs }
  } finally {
    inFlight.set(api, (inFlight.get(api) ?? 0) - 1)
  }
}

/** What says itself that the same is to be sent again, and when. */
function retryOf({ status, headers, text }: HttpAnswer): Heard | undefined {
  const afterS = Number(headers['retry-after'] ?? Number.NaN)
  if (Number.isNaN(afterS)) return undefined
  const afterMs = afterS * 1_000
  if (status === 409 && (JSON.parse(text) as { code: string }).code === 'in_progress')
    return { kind: 'retry', why: 'inProgress', afterMs }
  if (status === 503 || status === 504) return { kind: 'retry', why: 'unavailable', afterMs }
  return undefined
}

/** The process is not there, so it has not seen the request. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
}
