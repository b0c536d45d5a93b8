/** What is said of an account whose device was taken off, or that was removed itself. */

/** @param because the operator's request: `unlinked by operator: a new phone` */
export function unlinkedAdvice(because: string): string {
  return `${because}. Its runs wait until a device is linked again with \`carillon account pair\`.`
}

export const unlinkedHereAdvice =
  'WhatsApp was not told, so the phone may show the device still: take it off there (Settings › Linked devices). Its keys are gone here, and its runs wait until a device is linked again with `carillon account pair`.'

/** What stands in the way of a device that is to be taken off. */
export function stillLinkedAdvice(advice: string): string {
  return `The device is to be unlinked, and is not yet. ${advice}`
}

/** Why the reminders of a removed account are paused: as a request has it, and as their rows say it then. */
export function accountGoneRequest(accountId: string): { reason: string } {
  return { reason: `the account '${accountId}' was removed` }
}

/** What nobody has written, and so nothing personal is in. */
export function isOwnReason(reason: string): boolean {
  return /^the account '[^']{1,100}' was removed$/.test(reason)
}

export function accountGone(accountId: string): string {
  return `paused by operator: ${accountGoneRequest(accountId).reason}`
}

/** For who lets one of them go on. */
export function accountGoneAdvice(accountId: string): string {
  return `The account '${accountId}' of this reminder was removed. Give it another one with \`carillon reminder edit <key> --account <id>\`, or add '${accountId}' again, and resume it then.`
}
