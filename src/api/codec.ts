import type { Payload, PayloadCodec } from '@temporalio/common'
import { Hono } from 'hono'
import { z } from 'zod'
import { fromJson, payloadJson, toJson } from '../codec/payload-json.js'
import { EncryptionKeyError } from '../store/encryption/key-ring.js'
import type { Logger } from '../logging.js'
import { known, requireRole, type Authenticate, type Caller } from './caller.js'
import { inTime } from './in-time.js'
import type { RequestEnv } from './request-log.js'
import { HttpError } from './v1/problems.js'
import { readBody } from './v1/read.js'

export type CodecDependencies = {
  authenticate: Authenticate
  codec: PayloadCodec
  /** Whose owners may use it: in Temporal, what is of one operator is not apart from what is of others. */
  operator: string
  logger: Logger
}

/** A payload has 2 MB at most, which are 2.8 in base64, and they come by the event. */
const maxBytes = 16 * 1_024 * 1_024

const payloads = z.object({ payloads: z.array(payloadJson).max(10_000).optional() })
const body = { schema: payloads, checked: true, optional: false, maxBytes }

/**
 * What Temporal's Web UI and its command have payloads sealed and opened by, to be mounted at `/codec`: `POST /encode` and
 * `POST /decode` (https://docs.temporal.io/codec-server). Both are for owners, by a token or by the cookie of who is signed
 * in. A payload that does not open is answered as it came, and the log says why: the others of its event are shown.
 */
export function codecRoutes({ authenticate, codec, operator, logger }: CodecDependencies): Hono<RequestEnv> {
  const routes = new Hono<RequestEnv>()
  for (const direction of ['encode', 'decode'] as const)
    routes.post(`/${direction}`, async (context) => {
      const { req } = context
      context.set('route', `POST /codec/${direction}`)
      requireOwnerOf(await known(authenticate, req.raw), operator)
      const given = await readPayloads(req.raw)
      const done = await inTime(direction === 'encode' ? codec.encode(given) : openEach(given))
      return context.json({ payloads: done.map(toJson) })
    })
  for (const path of ['/encode', '/decode'])
    routes.all(path, () => {
      throw new HttpError('method_not_allowed', 'Use POST.', { Allow: 'POST' })
    })
  return routes

  async function openEach(given: Payload[]): Promise<Payload[]> {
    return (await Promise.all(given.map(openedOrSealed))).flat()
  }

  async function openedOrSealed(payload: Payload): Promise<Payload[]> {
    try {
      return await codec.decode([payload])
    } catch (error) {
      if (!(error instanceof EncryptionKeyError)) throw error
      logger.warn({ why: error.message }, 'a payload does not open')
      return [payload]
    }
  }
}

/** @throws HttpError `forbidden` */
function requireOwnerOf(caller: Caller, operator: string): void {
  requireRole(caller, 'owner')
  if (caller.operatorId !== operator)
    throw new HttpError(
      'forbidden',
      'Payloads are of all operators: only who runs the system may open them. Use a token of the operator that CARILLON_OPERATOR names here.',
    )
  if (caller.accounts !== undefined)
    throw new HttpError('forbidden', 'This token is for some accounts only, and payloads are of all of them.')
}

/** @throws HttpError; InputError */
async function readPayloads(request: Request): Promise<Payload[]> {
  const read = (await readBody(body, request)).body as z.output<typeof payloads>
  return (read.payloads ?? []).map(fromJson)
}
