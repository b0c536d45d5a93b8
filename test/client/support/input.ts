import { IndexKey } from '../../../src/store/encryption/index-key.js'
import { InputError, type InputIssue } from '../../../src/client/errors.js'
import { readReminderInput, type InputContext } from '../../../src/client/input/reminder.js'
import type { AccountView } from '../../../src/store/views/accounts.js'
import type { KnownGroup } from '../../../src/store/views/groups.js'

const group = (index: number, subject: string): KnownGroup => ({
  jid: `12036300000000000${index}@g.us`,
  subject,
  participants: 20,
  cannotPost: null,
  fetchedAt: new Date(0),
})
export const groups = [
  group(1, 'Class 3B'),
  group(2, 'Parents'),
  group(3, 'Parents'),
  group(4, 'Élèves  2026'),
]

export const account = (id: string, change: Partial<AccountView> = {}): AccountView => ({
  id,
  state: 'connected',
  stateDetail: null,
  stateSince: new Date(0),
  stateUntil: null,
  directHeldUntil: null,
  directHeldBy: null,
  leaving: null,
  pausedReason: null,
  ratePerMinute: 40,
  dailyCap: null,
  warmUp: false,
  dailyCapNow: null,
  sentLastDay: 0,
  linkedAt: null,
  createdAt: new Date(0),
  jid: null,
  proxy: null,
  groups: groups.length,
  lockHolder: null,
  lockSince: null,
  ...change,
})

/** Everything that a one-off needs. */
export const good = { to: 'Class 3B', text: 'The bus leaves at 8.', at: '2026-11-24T09:00' }
const index = new IndexKey(Buffer.alloc(32, 3))

export function context(change: Partial<InputContext> = {}): InputContext {
  return {
    now: new Date('2026-11-23T08:30:00Z'),
    folder: '/nowhere',
    zone: 'Africa/Nairobi',
    accounts: [account('school')],
    groupsOf: async () => ({ groups, count: groups.length, wereRead: true }),
    digest: (purpose, text) => index.digest(purpose, text).toString('hex'),
    ...change,
  }
}

export const read = async (input: unknown, change?: Partial<InputContext>) =>
  await readReminderInput(input, context(change))

export async function issuesOf(input: unknown, change?: Partial<InputContext>): Promise<InputIssue[]> {
  try {
    await read(input, change)
  } catch (error) {
    if (error instanceof InputError) return error.issues
    throw error
  }
  throw new Error('expected an InputError')
}
