import type { Role } from '../../domain/access.js'
import { registerOperator } from '../../store/operators/operators.js'
import {
  findToken,
  findTokenRevokedBy,
  insertToken,
  listTokens,
  replaceTokenDigest,
  revokeToken,
  type TokenView,
} from '../../store/operators/tokens.js'
import type { Page } from '../../store/page.js'
import { listAccounts } from '../../store/views/accounts.js'
import { askerOf, whoAsks, type ClientContext } from '../context.js'
import { CarillonError, InputError, type InputIssue } from '../errors.js'
import { describeValue, nearestTo, schemaIssues } from '../input/issues.js'
import { newTokenInput } from '../input/schema/requests.js'
import { readListQuery } from '../paging.js'
import { checkStorable } from '../storable.js'
import { operatorRequest } from '../temporal/signals.js'
import { digestOf, newToken } from './secrets.js'
import { say } from '../../domain/sentences/say.js'

export type NewTokenInput = {
  /** Who it is in the audit: a–z, 0–9 and -. It is stored in Temporal with what is asked for by it. */
  name: string
  role: Role
  /** How long it can be used, in ms from now; for ever when not given. */
  lastsMs?: number
  /** The accounts that it may see and use; all of the operator when not given. */
  accounts?: readonly string[]
}

export type Tokens = {
  /** The token is shown this once, and stored as a hash. @throws InputError; CarillonError `conflict` */
  create(
    input: NewTokenInput,
    /** A UUID, the same for every call that is one request: it is one token, and the secret of the last call opens it. */
    options?: { requestId?: string },
  ): Promise<{ token: TokenView; secret: string }>
  /** The newest first; also those that are revoked or have expired. */
  list(query?: { limit?: number; cursor?: string }): Promise<Page<TokenView>>
  /**
   * From now on it is refused, and the browsers that were signed in by it are signed out.
   * @throws CarillonError `not_found`
   */
  revoke(
    idOrName: string,
    /** `requestId`: a UUID, the same for every call that is one request: another token that has the name by then is left alone. */
    options?: { reason?: string; requestId?: string },
  ): Promise<TokenView & { already?: true }>
}

export function createTokens(context: ClientContext): Tokens {
  const { database, operator } = context
  const asker = { actor: whoAsks(context), via: askerOf(context).via }

  async function find(idOrName: string): Promise<TokenView> {
    checkStorable({ token: idOrName })
    const found = await findToken(database, { operator, idOrName })
    if (found) return found
    throw new CarillonError('not_found', say('noToken'))
  }

  return {
    async create(input, { requestId } = {}) {
      const malformed = schemaIssues(newTokenInput, input, 'token')
      if (malformed.length > 0) throw new InputError(malformed)
      const { name, role, accounts } = input
      const issues = await accountIssues(context, accounts)
      if (issues.length > 0) throw new InputError(issues)
      if (context.access === undefined) await registerOperator(database, operator)
      const secret = newToken()
      const digest = digestOf(secret)
      const made = await insertToken(database, {
        operator,
        name,
        role,
        accounts: accounts === undefined ? null : [...new Set(accounts)].toSorted(),
        lastsMs: input.lastsMs ?? null,
        digest,
        ...asker,
        ...(requestId !== undefined && { id: requestId }),
      })
      const token =
        made ??
        (requestId === undefined
          ? undefined
          : await replaceTokenDigest(database, { operator, id: requestId, digest }, asker))
      if (token) return { token, secret }
      throw new CarillonError('conflict', say('tokenTaken', { name }))
    },
    async list(query = {}) {
      const { limit, cursor } = readListQuery(query, { states: [], cursorOf: ['time', 'uuid'] })
      return await listTokens(database, {
        operator,
        limit,
        ...(cursor && { after: [cursor[0] ?? '', cursor[1] ?? ''] }),
      })
    },
    async revoke(idOrName, { reason, requestId } = {}) {
      operatorRequest(context, reason)
      const done =
        requestId === undefined ? undefined : await findTokenRevokedBy(database, { operator, requestId })
      const before = done ?? (await find(idOrName))
      if (before.revokedAt !== null) return { ...before, already: true }
      return await revokeToken(database, {
        operator,
        id: before.id,
        ...asker,
        reason: reason ?? null,
        requestId,
      })
    },
  }
}

export async function accountIssues(
  { database, operator }: ClientContext,
  accounts: readonly string[] | undefined,
): Promise<InputIssue[]> {
  if (accounts === undefined) return []
  const known = (await listAccounts(database, operator)).map(({ id }) => id)
  return accounts
    .filter((id) => !known.includes(id))
    .map((id) => ({
      field: 'accounts',
      got: describeValue(id),
      expected: say('accountsThere', { meant: nearestTo(id, known) }),
    }))
}
