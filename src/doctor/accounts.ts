import type { Database } from '../store/database.js'
import { listAccounts } from '../store/views/accounts.js'
import { accountSituation } from '../words/account-situation.js'
import { bad, ok, skipped, type Check } from './check.js'

export async function checkAccounts(database: Database, operator: string): Promise<Check[]> {
  const accounts = await listAccounts(database, operator)
  if (accounts.length === 0) return [skipped('Account', 'none yet: carillon account add <id>')]
  return accounts.map((account) => {
    const { isFine, text, remedy } = accountSituation(account)
    const found = `'${account.id}' is ${text}`
    return isFine ? ok('Account', found) : bad('Account', found, remedy ?? `carillon account list`)
  })
}
