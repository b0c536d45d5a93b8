import { mayActAs, type Access, type Role } from '../domain/access.js'
import { HttpError } from './v1/problems.js'
import { say } from '../domain/sentences/say.js'

/** Who asks: a token of an operator. `forOperator` of the client takes it as it is. */
export type Caller = Access & { tokenId: string }

/** Undefined for a request that nobody is known to have sent. */
export type Authenticate = (request: Request) => Promise<Caller | undefined>

/** @throws HttpError `unauthorized` */
export async function known(authenticate: Authenticate, request: Request): Promise<Caller> {
  const caller = await authenticate(request)
  if (caller !== undefined) return caller
  throw unauthorized('Send the header `Authorization: Bearer <token>`.')
}

export function unauthorized(message: string): HttpError {
  return new HttpError('unauthorized', message, { 'WWW-Authenticate': 'Bearer realm="carillon"' })
}

/** @throws HttpError `forbidden` */
export function requireRole(caller: Caller, needed: Role): void {
  if (mayActAs(caller, needed)) return
  throw new HttpError('forbidden', say('roleNeeded', { needed, role: caller.role }))
}
