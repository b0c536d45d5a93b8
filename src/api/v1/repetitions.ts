import { createHash, randomUUID } from 'node:crypto'
import { CarillonError } from '../../client/errors.js'
import { canonicalJson } from '../../domain/definition.js'
import type { Logger } from '../../logging.js'
import { pause } from '../../pause.js'
import {
  answerRequest,
  beginRequest,
  forgetRequest,
  handOnRequest,
  renewRequest,
} from '../../store/api-requests.js'
import { sealingOf, type Database } from '../../store/database.js'
import { EncryptionKeyError, type KeyRing } from '../../store/encryption/key-ring.js'
import { openAt, sealAt, type Place } from '../../store/encryption/place.js'
import type { Caller } from '../caller.js'
import { HttpError } from './problems.js'
import { say } from '../../domain/sentences/say.js'

/** What is answered, as it is kept. */
export type Answered = { status: number; headers: Record<string, string>; text: string }

export type Asked = {
  caller: Caller
  /** The `Idempotency-Key`. */
  key: string
  /** `POST /v1/accounts/{account}/pause` */
  route: string
  /** What makes it the same request: the URL and the body. */
  url: string
  body: unknown
  /** The work knows the key itself: what else is asked under it is the work's to judge, and not kept. */
  isNameOfWork?: boolean
}

export type Repetitions = (asked: Asked, work: (attempt: Attempt) => Promise<Answered>) => Promise<Answered>

export type Attempt = {
  /** The same for every attempt: what is done under it is done once. */
  operationId: string
  /** An attempt before this one began it, and died or was not answered. */
  isRepeated: boolean
  /** When the first attempt began: the times that count from now count from then. */
  begunAt: Date
}

/** One that is not known by a key, and so the first and the last. */
export function onlyAttempt(): Attempt {
  return { operationId: randomUUID(), isRepeated: false, begunAt: new Date() }
}

/** > three renewals: a process that lives keeps what it has. */
const defaultLeaseMs = 15_000
/** Shorter than most clients and proxies wait. */
const defaultWaitMs = 10_000
const lookEveryMs = 100
export const maxKeyLength = 255
/** Visible ASCII. */
export const keyPattern = '^[!-~]+$'
const keyForm = new RegExp(keyPattern)

/** The header that says that an answer was given before. */
export const replayedHeader = 'Idempotency-Replayed'

/**
 * One request is done once: who sends it again hears what the first one heard, also in another process; who sends it at the
 * same time waits for that, and is told to come again where it takes long. Of a process that dies with it, another attempt
 * goes on when the lease is over, under the same operation id.
 */
export function createRepetitions({
  database,
  logger,
  leaseMs = defaultLeaseMs,
  waitMs = defaultWaitMs,
}: {
  database: Database
  logger: Logger
  leaseMs?: number
  waitMs?: number
}): Repetitions {
  return async ({ caller, key, route, url, body, isNameOfWork = false }, work) => {
    // No header begins with a space: the name of a reminder is no key of another request.
    const ofKey = isNameOfWork ? ` ${key}` : key
    const of = { operator: caller.operatorId, key: ofKey, attemptId: randomUUID() }
    // Who may see other accounts makes another request: the answer is not for both.
    const sealing = await sealingOf(database)
    const asked = canonicalJson([route, url, body, caller.accounts?.toSorted() ?? null])
    const digest = sealing.index.digest('request', asked)
    // Of before digests were keyed: a request that was begun with the version before is the same one.
    const unkeyed = sealing.hadContent && createHash('sha256').update(asked).digest()
    const endsMs = Date.now() + waitMs
    for (;;) {
      const found = await beginRequest(database, {
        ...of,
        digest,
        ...(unkeyed && { unkeyed }),
        route,
        tokenId: caller.tokenId,
        operationId: randomUUID(),
        leaseMs,
      })
      switch (found.kind) {
        case 'begun': {
          const answer = await attempt(of, async () => await work(found))
          if (answer !== undefined) return answer
          break
        }
        case 'answered':
          return replayed(opened(sealing.ring, of, found.answer))
        case 'other':
          if (isNameOfWork) return await work({ ...onlyAttempt(), isRepeated: true })
          throw new HttpError('key_reused', say('keyReused'))
        case 'busy':
          if (Date.now() >= endsMs)
            throw new HttpError(
              'in_progress',
              'The same request is under way: send it again in a moment, and it is answered what that one is.',
            )
          await pause(lookEveryMs)
      }
    }
  }

  /** Undefined where another attempt has taken over meanwhile: what that one answers is heard by all. */
  async function attempt(
    of: { operator: string; key: string; attemptId: string },
    work: () => Promise<Answered>,
  ): Promise<Answered | undefined> {
    const renewal = setInterval(() => {
      renewRequest(database, { ...of, leaseMs }).catch((error: unknown) =>
        logger.warn({ error }, 'a request could not be kept: another attempt may go on with it'),
      )
    }, leaseMs / 3)
    try {
      const answer = await work()
      const isKept = await answerRequest(database, {
        ...of,
        answer: sealAt((await sealingOf(database)).ring, placeOf(of), Buffer.from(JSON.stringify(answer))),
      })
      return isKept ? answer : undefined
    } catch (error) {
      const isRefused =
        error instanceof CarillonError && (error.code === 'invalid' || error.code === 'conflict')
      await (isRefused ? forgetRequest(database, of) : handOnRequest(database, of)).catch((second: unknown) =>
        logger.warn({ error: second }, 'a request could not be given back: it waits for its lease'),
      )
      throw error
    } finally {
      clearInterval(renewal)
    }
  }

  function opened(ring: KeyRing, of: { operator: string; key: string }, sealed: Buffer): Answered {
    try {
      return JSON.parse(openAt(ring, placeOf(of), sealed).toString()) as Answered
    } catch (error) {
      if (!(error instanceof EncryptionKeyError)) throw error
      throw new CarillonError('not_ready', error.message, { cause: error })
    }
  }
}

function replayed(answer: Answered): Answered {
  return { ...answer, headers: { ...answer.headers, [replayedHeader]: 'true' } }
}

function placeOf({ operator, key }: { operator: string; key: string }): Place {
  return { context: [operator, 'api_request', key], what: 'An answer of the API' }
}

/** @throws HttpError where the header cannot be one */
export function readIdempotencyKey(given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  // RFC draft-ietf-httpapi-idempotency-key-header has it in quotes, and most clients have not.
  const key = /^"(.*)"$/.exec(given)?.[1] ?? given
  if (keyForm.test(key) && key.length <= maxKeyLength) return key
  throw new HttpError(
    'malformed',
    `Idempotency-Key: expected 1 to ${maxKeyLength} visible ASCII characters without spaces, such as a UUID.`,
  )
}
