import { accountIdPattern } from './ids.js'
import { say } from './sentences/say.js'

/** Who may do what. Each may also do what those before it may. `calendar` is for the address of a feed, which many see. */
export const roles = ['calendar', 'viewer', 'editor', 'owner'] as const
export type Role = (typeof roles)[number]

export function mayActAs({ role }: { role: Role }, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

/** What a token lets its holder see and do. */
export type Access = {
  operatorId: string
  /** The token's name. */
  name: string
  role: Role
  /** The accounts that it is for; all of the operator where none are named. */
  accounts?: readonly string[]
}

/** Its "who" in the audit, in which an operator alone is the engineer's own client. */
export function whoOf({ operatorId, name }: Pick<Access, 'operatorId' | 'name'>): string {
  return `${operatorId}/${name}`
}

/** The name that a browser has which was signed in by a link: there is no token of it that could be stolen. */
export const signInLinkName = 'start'

/** The name of a token goes to Temporal with what it asks for, so it is no more than an id. */
export const tokenNamePattern = accountIdPattern
export const mostAccountsOfToken = 100

const separator = '--'

/** With room for the id of an account after it: `<operator>--<account>` has 40 characters at most. */
export const newOperatorPattern = /^(?!.*--)[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/

/**
 * Whether the id is one that the operator may give to a new account. It follows from the id alone: a refusal tells nothing
 * of the accounts that others have.
 */
export function mayNameAccount(
  { id, freeAccountIds }: { id: string; freeAccountIds: boolean },
  accountId: string,
): boolean {
  if (freeAccountIds) return !accountId.includes(separator)
  const [owner, own, ...more] = accountId.split(separator)
  return owner === id && own !== undefined && accountIdPattern.test(own) && more.length === 0
}

export function accountNameAdvice({ id, freeAccountIds }: { id: string; freeAccountIds: boolean }): string {
  return freeAccountIds
    ? say('idWithoutSeparator', { separator })
    : say('idBegins', { begin: `${id}${separator}`, example: `${id}${separator}1` })
}
