import { randomBytes } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { whoOf } from '../../domain/access.js'
import { digestOf, newSecret, secretDigest, tokenDigest } from '../../client/operators/secrets.js'
import { withPostgresErrors } from '../../client/postgres-errors.js'
import type { Database } from '../../store/database.js'
import * as signIns from '../../store/operators/sign-ins.js'
import { createAttempts } from './attempts.js'
import { createAuthentication, type AuthenticationDependencies } from './authenticate.js'
import { cookieOf, noCookie, signInCookie } from './cookie.js'
import { csrfHeader, isSameOrigin } from './same-origin.js'
import { direct, idleMs, signInLastsMs } from './settings.js'

export type SignInDependencies = AuthenticationDependencies & {
  database: Database
  /** Whose attempts count together: the peer of the connection when not given. Behind a proxy it is what that says. */
  addressOf?: (context: Context) => string | undefined
  /** How a refusal is answered. */
  refuse?: (context: Context, refusal: Refusal) => Response
}

export type Refusal = { status: 400 | 401 | 403 | 413 | 429; code: string; message: string }

const body = z.union([z.object({ token: z.string().max(200) }), z.object({ link: z.string().max(200) })])
const mostBytes = 4_096

/**
 * What a browser signs in and out by; to be mounted under a path of its own. A token or a one-time link becomes a cookie
 * that no script can read, and the secret that each request which may change something must carry in the header
 * `x-carillon-csrf`.
 *
 * - `POST /` with `{token}` or `{link}`: signs in; 429 with `Retry-After` after too many failures
 * - `GET /`: who is signed in, and the secret
 * - `DELETE /`: signs out; `DELETE /everywhere`: every browser of this token
 */
export function signInRoutes(dependencies: SignInDependencies): Hono {
  const { database, browsers = direct, addressOf = peer, refuse = asProblem } = dependencies
  const { signedIn } = createAuthentication(dependencies)
  const attempts = withPostgresErrors(createAttempts(database))
  const { insertSignIn, endSignIn, endSignInsOf } = withPostgresErrors({ ...signIns })
  const routes = new Hono()

  routes.use(async (context, next) => {
    // What is said of a person is for no cache.
    context.header('Cache-Control', 'no-store')
    await next()
  })

  routes.post(
    '/',
    bodyLimit({
      maxSize: mostBytes,
      onError: (context) =>
        refuse(context, { status: 413, code: 'too_large', message: `Send at most ${mostBytes} bytes.` }),
    }),
    async (context) => {
      const request = context.req.raw
      // Else another site could sign a browser in as somebody else.
      if (!isSameOrigin(request, browsers.originsOf(request))) return refuse(context, otherOrigin)
      const read = body.safeParse(await context.req.json().catch(() => undefined))
      if (!read.success)
        return refuse(context, {
          status: 400,
          code: 'invalid',
          message: 'Send JSON with `token`, or with `link` (what follows the # of a sign-in link).',
        })
      const secret = 'token' in read.data ? read.data.token : read.data.link
      const attempt = { address: addressOf(context) ?? 'unknown', secret }
      const waitMs = await attempts.begin(attempt)
      if (waitMs > 0) {
        const waitS = Math.ceil(waitMs / 1_000)
        context.header('Retry-After', String(waitS))
        return refuse(context, {
          status: 429,
          code: 'too_many_attempts',
          message: `There were too many failed sign-ins. Try again in ${waitS} s.`,
        })
      }
      const cookie = newSecret()
      const proof = proofOf(read.data)
      const signIn =
        proof &&
        (await insertSignIn(database, proof, {
          digest: digestOf(cookie),
          csrfSecret: randomBytes(32),
          lastsMs: signInLastsMs,
          idleMs,
        }))
      if (signIn === undefined) return refuse(context, unknown)
      await attempts.succeeded(attempt)
      const maxAgeS = Math.max(1, Math.ceil((signIn.endsAt.getTime() - Date.now()) / 1_000))
      const isTls = browsers.isTls(request)
      context.header('Set-Cookie', signInCookie(cookie, { isTls, maxAgeS }))
      return context.json(shown(signIn))
    },
  )

  routes.get('/', async (context) => {
    const found = await signedIn(context.req.raw)
    return found === undefined ? refuse(context, notSignedIn) : context.json(shown(found))
  })

  routes.delete('/', async (context) => {
    const request = context.req.raw
    const isTls = browsers.isTls(request)
    const found = await signedIn(request)
    if (found === undefined) return refuse(context, notShown(request, isTls))
    const digest = secretDigest(cookieOf(request, { isTls }) ?? '')
    if (digest) await endSignIn(database, digest)
    context.header('Set-Cookie', noCookie({ isTls }))
    return context.body(null, 204)
  })

  routes.delete('/everywhere', async (context) => {
    const request = context.req.raw
    const isTls = browsers.isTls(request)
    const found = await signedIn(request)
    if (found === undefined) return refuse(context, notShown(request, isTls))
    const { operatorId, tokenId } = found
    const ended = await endSignInsOf(database, { operator: operatorId, tokenId, actor: whoOf(found) })
    context.header('Set-Cookie', noCookie({ isTls }))
    return context.json({ ended })
  })
  return routes
}

/** A request that has a cookie may lack the rest, which is another mistake. */
function notShown(request: Request, isTls: boolean): Refusal {
  return cookieOf(request, { isTls }) === undefined ? notSignedIn : withoutSecret
}

function proofOf(data: z.infer<typeof body>): signIns.SignInProof | undefined {
  const kind = 'token' in data ? 'token' : 'link'
  const digest = 'token' in data ? tokenDigest(data.token) : secretDigest(data.link)
  return digest && { kind, digest }
}

function shown({ operatorId, name, role, accounts, csrfSecret, endsAt }: signIns.SignIn) {
  return {
    operatorId,
    name,
    role,
    accounts,
    endsAt: endsAt.toISOString(),
    csrf: csrfSecret.toString('base64url'),
  }
}

const otherOrigin: Refusal = {
  status: 403,
  code: 'other_origin',
  message:
    'Sign in from a page of this server: the request came from another origin, or did not say from which.',
}
const unknown: Refusal = {
  status: 401,
  code: 'unauthorized',
  message: 'That is no token or link that can be used. Ask for another one.',
}
const notSignedIn: Refusal = { status: 401, code: 'unauthorized', message: 'Nobody is signed in here.' }
const withoutSecret: Refusal = {
  status: 403,
  code: 'csrf',
  message: `The sign-in is over, or the request lacks the header ${csrfHeader} or comes from another origin. Ask with GET first.`,
}

function asProblem(context: Context, { status, code, message }: Refusal): Response {
  return context.json({ type: 'about:blank', status, code, detail: message }, status, {
    'Content-Type': 'application/problem+json',
  })
}

function peer(context: Context): string | undefined {
  const env: unknown = context.env
  // The app can be called without a connection.
  if (typeof env !== 'object' || env === null || !('incoming' in env || 'server' in env)) return undefined
  return getConnInfo(context).remote.address
}
