import { dedupeKeyPattern } from '../../domain/ids.js'
import { isFinalReminder } from '../../domain/states.js'
import { findReminderAccounts, findReminderView, type ReminderView } from '../../store/views/reminders.js'
import { maySeeAccount, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { checkStorable } from '../storable.js'
import { say } from '../../domain/sentences/say.js'

/** @throws CarillonError `not_found` */
export async function findReminder(context: ClientContext, key: string): Promise<ReminderView> {
  checkStorable({ key })
  const { database, operator } = context
  const view = await findReminderView(database, { operator, key })
  if (view !== undefined && maySeeAccount(context, view.accountId)) return view
  throw new CarillonError(
    'not_found',
    dedupeKeyPattern.test(key) ? say('noReminder', { key }) : say('noSuchReminder'),
  )
}

/** @throws CarillonError `not_found`, or `ended` where there is nothing left to `what` (a verb) */
export async function findActive(context: ClientContext, key: string, what: string): Promise<ReminderView> {
  const view = await findReminder(context, key)
  if (isFinalReminder(view.state)) throw endedError(view, what)
  return view
}

export function endedError({ key, state, deletedAt }: ReminderView, what: string): CarillonError {
  const how = deletedAt === null ? state : `${state} and deleted`
  return new CarillonError('ended', say('reminderOver', { key, how, what }))
}

export function missingWorkflow({ key, state }: ReminderView): string {
  return say('reminderNotRunning', { key, state })
}

/**
 * A key is the operator's, whatever the account: so it can be taken for accounts that are not to be seen, and that is all
 * that is told.
 * @throws CarillonError `conflict`
 */
export async function refuseHidden(context: ClientContext, keys: readonly string[]): Promise<void> {
  if (context.access?.accounts === undefined) return
  const { database, operator } = context
  const taken = await findReminderAccounts(database, { operator, keys })
  const hidden = taken.find(({ accountId }) => !maySeeAccount(context, accountId))
  if (hidden === undefined) return
  throw new CarillonError('conflict', say('keyHidden', { key: hidden.key }))
}
