import { say } from '../domain/sentences/say.js'
import type { Database } from '../store/database.js'
import { listAccounts } from '../store/views/accounts.js'
import { accountSituation } from '../words/account-situation.js'
import { bad, ok, skipped, type Check } from './check.js'

export async function checkAccounts(database: Database, operator: string): Promise<Check[]> {
  const accounts = await listAccounts(database, operator)
  if (accounts.length === 0) return [skipped('Account', say('doctorNoAccounts'))]
  return accounts.map((account) => {
    const { isFine, sentence, remedy } = accountSituation(account)
    return isFine ? ok('Account', sentence) : bad('Account', sentence, remedy ?? say('doctorSeeAccounts'))
  })
}
