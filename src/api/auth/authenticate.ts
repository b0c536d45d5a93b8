import { timingSafeEqual } from 'node:crypto'
import { secretDigest, tokenDigest } from '../../client/operators/secrets.js'
import { withPostgresErrors } from '../../client/postgres-errors.js'
import type { Database } from '../../store/database.js'
import { findSignIn, noteSignInSeen, type FoundSignIn } from '../../store/operators/sign-ins.js'
import { findTokenHolder, noteTokenUse } from '../../store/operators/tokens.js'
import { bearerToken } from '../bearer.js'
import type { Caller } from '../caller.js'
import { callerOf } from './caller.js'
import { cookieOf } from './cookie.js'
import { changes, csrfHeader, isSameOrigin, isTls } from './same-origin.js'
import { idleMs } from './settings.js'

export type AuthenticationDependencies = {
  database: Database
  /** Of what is done beside the request: that somebody was seen could not be noted. */
  onTrouble?: (error: unknown) => void
}

export type Authentication = {
  /**
   * The holder of the bearer token, or who is signed in by the cookie. Undefined for everybody else: without one, with one
   * that is revoked, has expired or was cut off, and for a request that may change something and does not show that a
   * page of ours made it. One statement, and nothing is kept: who is revoked is out at once.
   * @throws CarillonError `unreachable`, `not_ready` where Postgres is
   */
  authenticate: (request: Request) => Promise<Caller | undefined>
  /**
   * The same for pages of these origins, which may read by the cookie as our own pages do. They know no secret of ours: what
   * asks by this must change nothing.
   */
  authenticateReader: (request: Request, origins: readonly string[]) => Promise<Caller | undefined>
  /** Of the cookie alone. */
  signedIn: (request: Request) => Promise<FoundSignIn | undefined>
}

export function createAuthentication({
  database,
  onTrouble = () => undefined,
}: AuthenticationDependencies): Authentication {
  // Nobody waits for it, and one minute's worth is lost where it fails.
  const note = (noted: Promise<void>) => void noted.catch(onTrouble)

  async function holderOf(authorization: string): Promise<Caller | undefined> {
    const token = bearerToken(authorization)
    const digest = token === undefined ? undefined : tokenDigest(token)
    const holder = digest && (await findTokenHolder(database, digest))
    if (holder === undefined) return undefined
    if (holder.isStale) note(noteTokenUse(database, holder.tokenId))
    return callerOf(holder)
  }

  async function signedIn(request: Request): Promise<FoundSignIn | undefined> {
    return await signInOf(request, (found) => !changes(request) || isOurs(request, found))
  }

  async function signInOf(
    request: Request,
    isMeant: (found: FoundSignIn) => boolean,
  ): Promise<FoundSignIn | undefined> {
    const cookie = cookieOf(request, { isTls: isTls(request) })
    const digest = cookie === undefined ? undefined : secretDigest(cookie)
    const found = digest && (await findSignIn(database, { digest, idleMs }))
    if (digest === undefined || found === undefined || !isMeant(found)) return undefined
    if (found.isStale) note(noteSignInSeen(database, { digest, idleMs }))
    return found
  }

  /** A page of another site can make a browser send its cookie, and knows no secret of ours. */
  function isOurs(request: Request, { csrfSecret }: FoundSignIn): boolean {
    const given = Buffer.from(request.headers.get(csrfHeader) ?? '', 'base64url')
    const isKnown = given.length === csrfSecret.length && timingSafeEqual(given, csrfSecret)
    return isKnown && isSameOrigin(request)
  }

  return withPostgresErrors({
    signedIn,
    async authenticate(request: Request) {
      const authorization = request.headers.get('authorization')
      if (authorization !== null) return await holderOf(authorization)
      const found = await signedIn(request)
      return found && callerOf(found)
    },
    async authenticateReader(request: Request, origins: readonly string[]) {
      const { headers } = request
      const authorization = headers.get('authorization')
      if (authorization !== null) return await holderOf(authorization)
      const origin = headers.get('origin')
      const found = await signInOf(request, () => origin !== null && origins.includes(origin))
      return found && callerOf(found)
    },
  })
}
