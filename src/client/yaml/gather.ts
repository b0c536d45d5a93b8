import { CarillonError } from '../errors.js'
import type { CarillonClient } from '../client.js'
import type { ReminderListQuery } from '../reminders/list.js'
import type { ReminderToWrite } from './write.js'

/** Of one answer: the most that there can be. */
const pageSize = 500

/** All that a list has, some at a time. */
export async function* listedReminders(
  { reminders }: Pick<CarillonClient, 'reminders'>,
  query: ReminderListQuery,
): AsyncGenerator<ReminderToWrite[]> {
  let cursor: string | undefined
  do {
    const page = await reminders.list({
      ...query,
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    })
    yield page.items.map(({ key, definition }) => ({ key, definition }))
    cursor = page.next
  } while (cursor !== undefined)
}

/** By JID, of the groups of all accounts that send them: a file without names is a file all the same. */
export async function namesOfGroups(
  { groups }: Pick<CarillonClient, 'groups'>,
  reminders: readonly ReminderToWrite[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const account of new Set(reminders.map(({ definition }) => definition.account)))
    for (const { jid, subject } of await groupsOf(groups, account)) names.set(jid, subject)
  return names
}

/** An account may have been removed, and its reminders be there to be read. */
async function groupsOf(groups: CarillonClient['groups'], account: string) {
  try {
    return await groups.list(account)
  } catch (error) {
    if (error instanceof CarillonError && error.code === 'not_found') return []
    throw error
  }
}
