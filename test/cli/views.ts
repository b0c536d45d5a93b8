import { createHash } from 'node:crypto'
import type { ReminderDetails } from '../../src/client/reminders/summary.js'
import { definitionDefaults, type ReminderDefinition } from '../../src/domain/definition.js'
import type { AccountView } from '../../src/store/views/accounts.js'
import type { GroupsRead } from '../../src/store/views/groups.js'
import type { RunView } from '../../src/store/views/runs.js'

/** What the client answers with, whole: over HTTP each field is checked. */

export const accountView: AccountView = {
  id: 'office',
  state: 'connected',
  stateDetail: null,
  stateSince: new Date('2026-11-24T05:00:00Z'),
  stateUntil: null,
  directHeldUntil: null,
  directHeldBy: null,
  leaving: null,
  pausedReason: null,
  ratePerMinute: 30,
  dailyCap: 500,
  warmUp: true,
  dailyCapNow: 80,
  sentLastDay: 12,
  linkedAt: new Date('2026-11-22T05:00:00Z'),
  createdAt: new Date('2026-11-22T04:00:00Z'),
  jid: null,
  proxy: null,
  groups: 3,
  lockHolder: null,
  lockSince: null,
}

export const groupsRead: GroupsRead = {
  accountId: 'office',
  isConnected: true,
  groups: 0,
  readAt: null,
  failure: null,
  failingSince: null,
  retryAt: null,
}

export const definition: ReminderDefinition = {
  version: 2,
  account: 'school',
  audience: { kind: 'list', recipients: ['120363000000000001@g.us', '15551234567@s.whatsapp.net'] },
  parts: [{ kind: 'text', text: 'The bus leaves at 8.' }],
  schedule: { kind: 'once', at: '2026-11-24T06:03:00Z', zone: 'Africa/Nairobi' },
  ...definitionDefaults,
}

export const runView: RunView = {
  id: 'run:local/trip@2026-11-24T06:00:00Z',
  key: 'trip',
  accountId: 'school',
  state: 'waiting',
  reason: null,
  priority: 5,
  scheduledAt: new Date('2026-11-24T06:00:00Z'),
  deadline: new Date('2026-11-24T18:00:00Z'),
  waitsUntil: null,
  hold: null,
  createdAt: new Date('2026-11-24T06:00:00Z'),
  startedAt: new Date('2026-11-24T06:00:00Z'),
  finishedAt: null,
}

export const reminderDetails: ReminderDetails = {
  key: 'trip',
  accountId: 'school',
  state: 'scheduled',
  reason: null,
  nextFire: new Date('2026-11-24T06:03:00Z'),
  createdAt: new Date('2026-11-24T05:00:00Z'),
  endedAt: null,
  definition,
  latestRun: null,
  snoozedFrom: null,
  moved: [],
  dealtWithUntil: null,
  bufferedAt: null,
  pausedUntil: null,
  deletedAt: null,
  digest: 'd'.repeat(64),
  revision: 0,
  words: 'once on Tue 24 Nov 2026 at 09:03 (Africa/Nairobi)',
  upcoming: [],
  runs: [],
}

/** What an upload of these bytes is answered here. */
export function mediaOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
