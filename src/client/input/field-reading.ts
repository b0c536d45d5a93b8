import type { KnownAccount } from '../../store/views/accounts.js'
import type { KnownGroup } from '../../store/views/groups.js'
import type { InputIssue } from '../errors.js'
import type { readMedia } from './media/media.js'
import type { ParsedInput } from './schema/reminder.js'

/** What the input is read against. */
export type InputContext = {
  now: Date
  /** Where relative paths of files begin. */
  folder: string
  /** The zone of times without one, unless the input names a zone. */
  zone: string
  accounts: KnownAccount[]
  /** @param to the names and JIDs that are asked for; all groups when not given */
  groupsOf: (accountId: string, to?: readonly string[]) => Promise<KnownGroups>
  /** A keyed digest, in hex. */
  digest: (purpose: string, text: string) => string
  /** Whether there is a reminder of this key; missing where all keys that were derived of content are keyed. */
  knowsKey?: (key: string) => Promise<boolean>
  /** How a file is read, where many reminders may show the same. */
  readMedia?: typeof readMedia
}

/** Of `count` groups. `wereRead`: these are all; else only those that the account was told of. */
export type KnownGroups = { groups: KnownGroup[]; count: number; wereRead: boolean }

/** What is handed from one group of fields to the next: the fields, and what was found wrong so far. */
export type FieldReading = {
  fields: ParsedInput
  /** True also for a field that cannot be used, of which an issue tells already. */
  wasGiven: (field: keyof ParsedInput) => boolean
  context: InputContext
  issues: InputIssue[]
  warnings: string[]
}
