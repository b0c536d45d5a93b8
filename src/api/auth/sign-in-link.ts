import { digestOf, newSecret } from '../../client/operators/secrets.js'
import type { Database } from '../../store/database.js'
import { registerOperator } from '../../store/operators/operators.js'
import { insertSignInLink } from '../../store/operators/sign-ins.js'
import { takeSignInToken } from '../../store/operators/tokens.js'
import { linkLastsMs } from './settings.js'

/** Who opens the link of `npm start` is this in the audit. No token of it can be stolen: there is none. */
const startName = 'start'

/**
 * A link that signs one browser in, once, as an owner. What is secret is after the #, which no browser sends: it is in no
 * log and no `Referer`. Undefined where the name is taken by another token.
 *
 * @param page where it leads to, such as `http://127.0.0.1:8400/sign-in`
 */
export async function createSignInLink(
  database: Database,
  { operator, page }: { operator: string; page: string },
): Promise<{ url: string; expiresAt: Date } | undefined> {
  await registerOperator(database, operator)
  const token = await takeSignInToken(database, { operator, name: startName, actor: operator })
  if (token === undefined) return undefined
  const secret = newSecret()
  const expiresAt = await insertSignInLink(database, {
    digest: digestOf(secret),
    tokenId: token.id,
    lastsMs: linkLastsMs,
  })
  return { url: `${page}#${secret}`, expiresAt }
}
