import { isFinalReminder } from '../../domain/states.js'
import type { ClientContext } from '../context.js'
import { InputError } from '../errors.js'
import { describeValue } from '../input/issues.js'
import { wholeNumber } from '../input/schema/values.js'
import { findReminder } from './find.js'
import { firesOf } from './summary.js'

export type UpcomingOptions = {
  /** How many of the next fires; 10 when not given. */
  limit?: number
}

export type Upcoming = {
  key: string
  zone: string
  /** In order; an instant in UTC, and the time that the calendar has, where it is put off. */
  upcoming: { at: string; snoozedFrom?: string }[]
}

export const upcomingLimit = wholeNumber(1, 500)
const defaultLimit = 10

/** What fires next, with what is snoozed and without what is skipped; nothing of a reminder that is over. */
export async function upcomingFires(
  context: ClientContext,
  { key, options: { limit = defaultLimit } }: { key: string; options: UpcomingOptions },
): Promise<Upcoming> {
  const wanted = upcomingLimit.safeParse(limit)
  if (!wanted.success)
    throw new InputError(
      wanted.error.issues
        .slice(0, 1)
        .map(({ message }) => ({ field: 'limit', got: describeValue(limit), expected: message })),
    )
  const view = await findReminder(context, key)
  const { zone } = view.definition.schedule
  if (isFinalReminder(view.state)) return { key, zone, upcoming: [] }
  const fires = firesOf(view, { policies: view.definition, now: new Date(), limit })
  return {
    key,
    zone,
    upcoming: fires.map(({ occurrence, dueAt }) => ({
      at: dueAt,
      ...(dueAt !== occurrence && { snoozedFrom: occurrence }),
    })),
  }
}
