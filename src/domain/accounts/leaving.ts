import { say } from '../sentences/say.js'

/** What is said of an account whose device was taken off, or that was removed itself. */

/** @param because the operator's request: `unlinked by operator: a new phone` */
export function unlinkedAdvice(because: string): string {
  return say('unlinkedAdvice', { because })
}

export const unlinkedHereAdvice = say('unlinkedHere')

/** What stands in the way of a device that is to be taken off. */
export function stillLinkedAdvice(advice: string): string {
  return say('stillLinked', { advice })
}

/** Why the reminders of a removed account are paused: as a request has it, and as their rows say it then. */
export function accountGoneRequest(accountId: string): { reason: string } {
  return { reason: say('accountWasRemoved', { account: accountId }) }
}

/** What nobody has written, and so nothing personal is in. */
export function isOwnReason(reason: string): boolean {
  return /^the account '[^']{1,100}' was removed$/.test(reason)
}

export function accountGone(accountId: string): string {
  return say('accountGone', { account: accountId })
}

/** For who lets one of them go on. */
export function accountGoneAdvice(accountId: string): string {
  return say('accountGoneAdvice', { account: accountId })
}
