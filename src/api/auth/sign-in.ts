import { randomBytes } from 'node:crypto'
import { Hono, type Context } from 'hono'
import type { z } from 'zod'
import { whoOf } from '../../domain/access.js'
import { InputError } from '../../client/errors.js'
import { digestOf, newSecret, secretDigest, tokenDigest } from '../../client/operators/secrets.js'
import { withPostgresErrors } from '../../client/postgres-errors.js'
import type { Database } from '../../store/database.js'
import * as signIns from '../../store/operators/sign-ins.js'
import { unauthorized } from '../caller.js'
import { signInInput, type browsersAnswer, type signInAnswer } from '../v1/answers/sign-in.js'
import { HttpError } from '../v1/problems.js'
import { readBody } from '../v1/read.js'
import { written } from '../v1/route.js'
import { createAttempts } from './attempts.js'
import { createAuthentication, type AuthenticationDependencies } from './authenticate.js'
import { cookieOf, noCookie, signInCookie } from './cookie.js'
import { csrfHeader, isSameOrigin, isTls } from './same-origin.js'
import { idleMs, signInLastsMs } from './settings.js'
import { say } from '../../domain/sentences/say.js'

export type SignInDependencies = AuthenticationDependencies & {
  database: Database
  /** Whose attempts count together. Undefined where nobody knows: those count together, too. */
  addressOf: (context: Context) => string | undefined
  /** Where a Temporal Web UI shows the workflows, which owners are told. */
  workflowsPage?: string
}

const body = written<unknown>(signInInput, { maxBytes: 4_096 })

/**
 * What a browser signs in and out by; to be mounted under a path of its own. A token or a one-time link becomes a cookie
 * that no script can read, and the secret that each request which may change something must carry in the header
 * `x-carillon-csrf`. What they throw is for the app to answer.
 *
 * - `POST /` with `{token}` or `{link}`: signs in; 429 with `Retry-After` after too many failures
 * - `GET /`: who is signed in, and the secret
 * - `DELETE /`: signs out
 * - `GET /everywhere`: the browsers of this token; `DELETE /everywhere` signs them all out
 */
export function signInRoutes(dependencies: SignInDependencies): Hono {
  const { database, addressOf, workflowsPage = null } = dependencies
  const shown = (signIn: signIns.SignIn) => answerOf(signIn, signIn.role === 'owner' ? workflowsPage : null)
  const { signedIn } = createAuthentication(dependencies)
  const attempts = withPostgresErrors(createAttempts(database))
  const { insertSignIn, endSignIn, endSignInsOf, listSignInsOf } = withPostgresErrors({ ...signIns })
  const routes = new Hono()

  routes.use(async (context, next) => {
    // What is said of a person is for no cache.
    context.header('Cache-Control', 'no-store')
    await next()
  })

  routes.post('/', async (context) => {
    const request = context.req.raw
    // Else another site could sign a browser in as somebody else.
    if (!isSameOrigin(request)) throw otherOrigin()
    const given = readProof((await readBody(body, request)).given)
    const attempt = { address: addressOf(context) ?? 'unknown', secret: secretOf(given) }
    const waitMs = await attempts.begin(attempt)
    if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1_000))
    const cookie = newSecret()
    const proof = proofOf(given)
    const signIn =
      proof &&
      (await insertSignIn(database, proof, {
        digest: digestOf(cookie),
        csrfSecret: randomBytes(32),
        lastsMs: signInLastsMs,
        idleMs,
      }))
    if (signIn === undefined) throw unauthorized(say('noSignIn'))
    await attempts.succeeded(attempt)
    const maxAgeS = Math.max(1, Math.ceil((signIn.endsAt.getTime() - Date.now()) / 1_000))
    context.header('Set-Cookie', signInCookie(cookie, { isTls: isTls(request), maxAgeS }))
    return context.json(shown(signIn))
  })

  routes.get('/', async (context) => {
    const found = await signedIn(context.req.raw)
    if (found === undefined) throw notSignedIn()
    return context.json(shown(found))
  })

  routes.delete('/', async (context) => {
    const request = context.req.raw
    await shownBy(request)
    const digest = secretDigest(cookieOf(request, { isTls: isTls(request) }) ?? '')
    if (digest) await endSignIn(database, digest)
    context.header('Set-Cookie', noCookie({ isTls: isTls(request) }))
    return context.body(null, 204)
  })

  routes.get('/everywhere', async (context) => {
    const request = context.req.raw
    const found = await signedIn(request)
    const digest = secretDigest(cookieOf(request, { isTls: isTls(request) }) ?? '')
    if (found === undefined || digest === undefined) throw notSignedIn()
    const browsers = await listSignInsOf(database, { tokenId: found.tokenId, digest, idleMs })
    return context.json({
      browsers: browsers.map(({ signedInAt, seenAt, endsAt, isThis }) => ({
        signedInAt: signedInAt.toISOString(),
        seenAt: seenAt.toISOString(),
        endsAt: endsAt.toISOString(),
        isThis,
      })),
    } satisfies z.input<typeof browsersAnswer>)
  })

  routes.delete('/everywhere', async (context) => {
    const request = context.req.raw
    const found = await shownBy(request)
    const { operatorId, tokenId } = found
    const ended = await endSignInsOf(database, { operator: operatorId, tokenId, actor: whoOf(found) })
    context.header('Set-Cookie', noCookie({ isTls: isTls(request) }))
    return context.json({ ended })
  })

  for (const [path, methods] of [
    ['/', 'GET, POST, DELETE'],
    ['/everywhere', 'GET, DELETE'],
  ] as const)
    routes.all(path, () => {
      throw new HttpError('method_not_allowed', `Use ${methods.replaceAll(', ', ' or ')}.`, {
        Allow: methods,
      })
    })
  return routes

  /** A request that has a cookie may lack the rest, which is another mistake. */
  async function shownBy(request: Request): Promise<signIns.FoundSignIn> {
    const found = await signedIn(request)
    if (found !== undefined) return found
    throw cookieOf(request, { isTls: isTls(request) }) === undefined ? notSignedIn() : withoutSecret()
  }
}

type Given = z.output<typeof signInInput>

/** @throws InputError without anything of what was given */
function readProof(given: unknown): Given {
  const read = signInInput.safeParse(given)
  if (read.success) return read.data
  const expected = 'expected `token`, or `link` (what follows the # of a sign-in link)'
  throw new InputError([{ field: 'body', expected }])
}

function secretOf(given: Given): string {
  return 'token' in given ? given.token : given.link
}

function proofOf(given: Given): signIns.SignInProof | undefined {
  const kind = 'token' in given ? 'token' : 'link'
  const digest = 'token' in given ? tokenDigest(given.token) : secretDigest(given.link)
  return digest && { kind, digest }
}

function answerOf(
  { operatorId, name, role, accounts, csrfSecret, endsAt }: signIns.SignIn,
  workflows: string | null,
): z.input<typeof signInAnswer> {
  return {
    operatorId,
    name,
    role,
    accounts,
    endsAt: endsAt.toISOString(),
    csrf: csrfSecret.toString('base64url'),
    workflows,
  }
}

const otherOrigin = (): HttpError =>
  new HttpError(
    'csrf',
    'Sign in from a page of this server: the request came from another origin, or did not say from which.',
  )
const tooMany = (waitS: number): HttpError =>
  new HttpError('too_many_requests', say('signInsFailed', { seconds: waitS }), {
    'Retry-After': String(waitS),
  })
const notSignedIn = (): HttpError => unauthorized('Nobody is signed in here.')
const withoutSecret = (): HttpError =>
  new HttpError(
    'csrf',
    `The sign-in is over, or the request lacks the header ${csrfHeader} or comes from another origin. Ask with GET first.`,
  )
