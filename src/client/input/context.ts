import { sealingOf } from '../../store/database.js'
import { listKnownAccounts } from '../../store/views/accounts.js'
import { findGroups, findGroupsRead, listGroups } from '../../store/views/groups.js'
import { findReminderAccounts } from '../../store/views/reminders.js'
import { maySeeAccount, mediaHolder, type ClientContext } from '../context.js'
import type { InputContext } from './field-reading.js'
import { keyedMedia } from './media/keyed.js'
import { fileOrStoredMedia } from './media/uploaded.js'

/** What an operator's input is read against now. */
export async function inputContext(
  context: ClientContext,
  { now, folder }: { now: Date; folder: string | undefined },
): Promise<InputContext> {
  const { database, operator } = context
  const accounts = await listKnownAccounts(database, operator)
  const { digest, hadContent } = await sealingOf(database)
  const read = context.readMedia ?? fileOrStoredMedia(database)
  return {
    now,
    folder: folder ?? process.cwd(),
    zone: localZone(),
    accounts: accounts.filter(({ id }) => maySeeAccount(context, id)),
    digest,
    ...(hadContent && {
      knowsKey: async (key: string) =>
        (await findReminderAccounts(database, { operator, keys: [key] })).length > 0,
    }),
    readMedia: async (named) => await keyedMedia(database, await read(named, mediaHolder(context))),
    groupsOf: async (accountId, to) => {
      const known = await findGroupsRead(database, accountId)
      const groups =
        to === undefined
          ? await listGroups(database, accountId)
          : await findGroups(database, { accountId, names: to, jids: to })
      return { groups, count: known?.groups ?? 0, wereRead: (known?.readAt ?? null) !== null }
    },
  }
}

/** Of the machine that this runs on: that of all times where none is given. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
