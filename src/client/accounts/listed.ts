import { findAccount } from '../../store/views/accounts.js'
import { maySeeAccount, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { checkStorable } from '../storable.js'
import { say } from '../../domain/sentences/say.js'

/**
 * Whose reminders and runs a list has: those of one account, or of all that the caller may see.
 * @throws CarillonError `not_found` where there is no such account, as of one that the caller may not see
 */
export async function listedAccounts(
  context: ClientContext,
  account: string | undefined,
): Promise<{ accounts?: readonly string[] }> {
  const { access, database, operator } = context
  if (account === undefined) return access?.accounts ? { accounts: access.accounts } : {}
  checkStorable({ account })
  const found = await findAccount(database, { operator, accountId: account })
  if (found === undefined || !maySeeAccount(context, found.id))
    throw new CarillonError('not_found', say('noAccount', { account, hint: say('phraseSeeAccounts') }))
  return { accounts: [account] }
}
