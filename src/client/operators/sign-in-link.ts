import { signInLinkName } from '../../domain/access.js'
import type { Way } from '../../domain/ways.js'
import type { Database } from '../../store/database.js'
import { registerOperator } from '../../store/operators/operators.js'
import { insertSignInLink } from '../../store/operators/sign-ins.js'
import { takeSignInToken } from '../../store/operators/tokens.js'
import { CarillonError } from '../errors.js'
import { digestOf, newSecret } from './secrets.js'

/** It is used at once, or made again. */
export const linkLastsMs = 15 * 60_000

export type SignInLink = {
  /** What is secret is after the #, which no browser sends: it is in no log and no `Referer`. */
  url: string
  expiresAt: Date
}

/**
 * A link that signs one browser in, once, as an owner.
 *
 * @param page where it leads to, such as `http://127.0.0.1:8400/sign-in`
 * @throws CarillonError `conflict` where the name is taken by a token
 */
export async function createSignInLink(
  database: Database,
  { operator, page, via = 'system' }: { operator: string; page: string; via?: Way },
): Promise<SignInLink> {
  await registerOperator(database, operator)
  const token = await takeSignInToken(database, { operator, name: signInLinkName, actor: operator, via })
  if (token === undefined)
    throw new CarillonError(
      'conflict',
      `There is a token '${signInLinkName}' already, and sign-in links need that name. Revoke it (\`carillon token revoke ${signInLinkName}\`), and make it anew under another name.`,
    )
  const secret = newSecret()
  const expiresAt = await insertSignInLink(
    database,
    { digest: digestOf(secret), tokenId: token.id, lastsMs: linkLastsMs },
    { actor: operator, via },
  )
  return { url: `${page}#${secret}`, expiresAt }
}
