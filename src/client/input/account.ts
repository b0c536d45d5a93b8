import type { KnownAccount } from '../../store/views/accounts.js'
import type { InputIssue } from '../errors.js'
import { describeValue } from './issues.js'
import type { FieldReading } from './field-reading.js'
import { say } from '../../domain/sentences/say.js'

/** The account that sends it: the one named, or the only one. */
export function readAccount({
  fields,
  wasGiven,
  context,
  issues,
  warnings,
}: FieldReading): string | undefined {
  const account = chooseAccount(fields.account, context.accounts)
  if ('issue' in account) {
    if (!(wasGiven('account') && fields.account === undefined)) issues.push(account.issue)
    return undefined
  }
  warnings.push(...accountWarnings(account.account))
  return account.account.id
}

function chooseAccount(
  wanted: string | undefined,
  accounts: KnownAccount[],
): { account: KnownAccount } | { issue: InputIssue } {
  const field = 'account'
  const [only] = accounts
  if (only === undefined) return { issue: { field, expected: say('noAccountYet') } }
  const ids = accounts.map((account) => account.id).join(', ')
  if (wanted === undefined)
    return accounts.length === 1
      ? { account: only }
      : { issue: { field, expected: say('accountMissing', { ids }) } }
  const found = accounts.find((account) => account.id === wanted)
  return found === undefined
    ? { issue: { field, got: describeValue(wanted), expected: say('accountOfYours', { ids }) } }
    : { account: found }
}

function accountWarnings(account: KnownAccount): string[] {
  if (account.pausedReason !== null) return [say('accountPaused', { account: account.id })]
  if (
    ['new', 'pairing', 'logged_out', 'unlinked', 'replaced', 'banned', 'unreadable'].includes(account.state)
  )
    return [say('accountNotLinked', { account: account.id, state: account.state })]
  return []
}
