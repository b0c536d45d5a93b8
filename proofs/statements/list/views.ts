import { findAccount, listAccounts, listKnownAccounts } from '../../../src/store/views/accounts.js'
import { findRequest, listHistory } from '../../../src/store/views/audit.js'
import { listFiringUntil } from '../../../src/store/views/collisions.js'
import { findGroups, findGroupsRead, listGroups, listGroupsRead } from '../../../src/store/views/groups.js'
import { lockQueues } from '../../../src/store/views/lock-queue.js'
import { listMedia } from '../../../src/store/views/media.js'
import {
  dueLag,
  measureAccounts,
  measureReminders,
  measureWebhooks,
} from '../../../src/store/views/metrics.js'
import { countTrouble, endTrouble, listTrouble, noteTrouble } from '../../../src/store/trouble.js'
import {
  countPastOccurrences,
  listFiring,
  listPastOccurrences,
} from '../../../src/store/views/occurrences.js'
import { ackedLately, progressFacts } from '../../../src/store/views/progress.js'
import { queueFactsText } from '../../../src/store/views/queue.js'
import {
  countReminders,
  listSearchable,
  listSearchableUpcoming,
} from '../../../src/store/views/reminder-search.js'
import {
  findReminderAccounts,
  findReminderView,
  findReminderViews,
  listReminders,
} from '../../../src/store/views/reminders.js'
import {
  countReasons,
  findRun,
  listLeftOut,
  listRuns,
  listSends,
  listTargetNames,
  listTargets,
} from '../../../src/store/views/runs.js'
import { sentPerHour } from '../../../src/store/views/sent-per-hour.js'
import { countUpcoming, listUpcoming, upcomingKeys } from '../../../src/store/views/upcoming.js'
import { noteZoneData, zoneDataInUse } from '../../../src/store/zone-data.js'
import { operator } from '../scene.js'
import type { Statements } from './statements.js'

const limit = 50
/** So far lists are counted. */
const upTo = 100
const key = 'live-1'
const past: [string, string] = ['2026-01-01T00:00:00Z', 'r-1000']
const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString()

const dayOf = (text: string) => text.slice(0, 10)
const days = () => ({ operator, from: dayOf(new Date().toISOString()), to: dayOf(inAWeek()) })

const trouble = { workflowId: 'run:school/live-1@1', activity: 'prepareRun' }

export const views: Statements = {
  'trouble.noteTrouble': (db) => noteTrouble(db, { ...trouble, attempt: 7, error: 'x' }),
  'trouble.endTrouble': (db) => endTrouble(db, trouble),
  'trouble.listTrouble': (db) => listTrouble(db, limit),
  'trouble.countTrouble': (db) => countTrouble(db),
  'zone-data.noteZoneData': (db) => noteZoneData(db, { owner: 'worker-1:1', version: '2026f' }),
  'zone-data.zoneDataInUse': (db) => zoneDataInUse(db),
  'views/accounts.listAccounts': (db) => listAccounts(db, operator),
  'views/accounts.listKnownAccounts': (db) => listKnownAccounts(db, operator),
  'views/accounts.findAccount': (db, { accountId }) => findAccount(db, { operator, accountId }),
  'views/audit.listHistory': async (db) => {
    const query = { operator, key, subject: 'reminder:school/live-1', limit }
    await listHistory(db, query)
    await listHistory(db, { ...query, after: [inAWeek(), 'x'] })
  },
  'views/audit.findRequest': (db) => findRequest(db, 'live-1-1'),
  'views/collisions.listFiringUntil': (db) =>
    listFiringUntil(db, { operator, accountId: 'account-1', except: key, until: inAWeek(), limit }),
  'views/occurrences.listFiring': async (db) => {
    const query = { operator, until: new Date(inAWeek()), limit: 1_000 }
    await listFiring(db, query)
    await listFiring(db, { ...query, after: { nextFire: new Date(), key } })
  },
  'views/occurrences.listPastOccurrences': async (db) => {
    await listPastOccurrences(db, { ...days(), perDay: 4, limit: 1_000 })
    await listPastOccurrences(db, {
      ...days(),
      perDay: limit,
      limit,
      after: [`${days().from}T09:00:00`, 'r-1000'],
    })
  },
  'views/occurrences.countPastOccurrences': (db) => countPastOccurrences(db, days()),
  'views/upcoming.listUpcoming': async (db) => {
    await listUpcoming(db, { operator, until: new Date(inAWeek()), limit })
    await listUpcoming(db, { operator, limit, after: [inAWeek(), 'r-1000'] })
    await listUpcoming(db, { operator, limit, accountIds: ['account-1'], after: past })
    await listUpcoming(db, { operator, limit, from: new Date(), skip: 100 })
  },
  'views/upcoming.upcomingKeys': (db) => upcomingKeys(db, { operator, limit, skip: 100 }),
  'views/upcoming.countUpcoming': (db) => countUpcoming(db, { operator, until: new Date(inAWeek()), upTo }),
  'views/groups.listGroups': (db) => listGroups(db, 'account-1'),
  'views/groups.findGroups': (db) =>
    findGroups(db, {
      accountId: 'account-1',
      names: ['Class 1', 'Class 2'],
      jids: ['120363000000000001@g.us'],
    }),
  'views/groups.listGroupsRead': (db) => listGroupsRead(db, operator),
  'views/groups.findGroupsRead': (db) => findGroupsRead(db, 'account-1'),
  'views/media.listMedia': (db) => listMedia(db, ['0'.repeat(64), '1'.repeat(64)]),
  'views/metrics.measureAccounts': (db) => measureAccounts(db),
  'views/metrics.measureReminders': (db) => measureReminders(db),
  'views/metrics.measureWebhooks': (db) => measureWebhooks(db),
  'views/metrics.dueLag': (db, { run }) => dueLag(db, run.runId),
  'views/progress.progressFacts': (db, { run }) => progressFacts(db, run.runId),
  'views/progress.ackedLately': (db, { run }) => ackedLately(db, run.runId),
  'views/lock-queue.lockQueues': (db) => lockQueues(db, operator),
  'views/queue.queueFactsText': async (db, { accountId }) => {
    await queueFactsText(db, accountId)
    await queueFactsText(db, 'account-1')
  },
  'views/reminders.listReminders': async (db) => {
    await listReminders(db, { operator, limit })
    await listReminders(db, { operator, limit, after: past })
    await listReminders(db, { operator, limit, states: ['scheduled', 'completed'], after: past })
    await listReminders(db, { operator, limit, states: ['missed'] })
    await listReminders(db, { operator, limit, order: 'oldest', after: past })
    await listReminders(db, { operator, limit, order: 'oldest', states: ['completed'], after: past })
    await listReminders(db, { operator, limit, order: 'oldest', accounts: ['account-1'], after: past })
    await listReminders(db, { operator, limit, deleted: true, after: past })
    await listReminders(db, { operator, limit, deleted: true, states: ['missed'] })
    await listReminders(db, { operator, limit, accounts: ['account-1', 'account-2'] })
    await listReminders(db, { operator, limit, accounts: ['account-1'], states: ['missed'], after: past })
    await listReminders(db, { operator, limit, skip: 100 })
    await listReminders(db, { operator, limit, accounts: ['account-1', 'account-2'], skip: 100 })
  },
  'views/reminder-search.listSearchable': async (db) => {
    await listSearchable(db, { operator, limit, after: past })
    await listSearchable(db, { operator, limit, states: ['completed'], accounts: ['account-1'] })
  },
  'views/reminder-search.listSearchableUpcoming': (db) => listSearchableUpcoming(db, { operator, limit }),
  'views/reminder-search.countReminders': async (db) => {
    await countReminders(db, { operator, upTo })
    await countReminders(db, { operator, upTo, deleted: true })
    await countReminders(db, { operator, upTo, states: ['scheduled', 'completed'] })
    await countReminders(db, { operator, upTo, accounts: ['account-1', 'account-2'] })
  },
  'views/reminders.findReminderView': (db) => findReminderView(db, { operator, key }),
  'views/reminders.findReminderViews': (db) =>
    findReminderViews(db, { operator, keys: [key, 'live-2', 'r-4', 'none'] }),
  'views/reminders.findReminderAccounts': (db) =>
    findReminderAccounts(db, { operator, keys: [key, 'live-2', 'r-4', 'none'] }),
  'views/runs.listRuns': async (db) => {
    await listRuns(db, { operator, limit })
    await listRuns(db, { operator, limit, after: past })
    await listRuns(db, { operator, limit, states: ['failed', 'paused'] })
    await listRuns(db, { operator, limit, order: 'earliest', after: past })
    await listRuns(db, { operator, limit, order: 'earliest', accounts: ['account-1'], after: past })
    await listRuns(db, { operator, limit, key, states: ['completed'] })
    await listRuns(db, { operator, limit, accounts: ['account-1', 'account-2'] })
    await listRuns(db, { operator, limit, accounts: ['account-1'], states: ['failed'], after: past })
    await listRuns(db, { operator, limit, key, accounts: ['account-1'] })
  },
  'views/runs.findRun': (db, { run }) => findRun(db, { operator, runId: run.runId }),
  'views/runs.listTargets': async (db, { run: { runId } }) => {
    await listTargets(db, { runId, limit })
    await listTargets(db, { runId, limit, states: ['failed'], after: 100 })
    await listTargets(db, { runId, limit, skip: 500 })
    await listTargets(db, { runId, limit, ordinals: [3, 400, 900] })
  },
  'views/runs.listTargetNames': (db, { run: { runId } }) => listTargetNames(db, { runId, limit, after: 100 }),
  'views/runs.listSends': async (db, { run: { runId } }) => {
    await listSends(db, { runId, limit })
    await listSends(db, { runId, limit, ordinal: 3, states: ['acked'], after: [2, 0] })
  },
  'views/runs.listLeftOut': (db, { run }) => listLeftOut(db, run.runId),
  'views/runs.countReasons': (db, { run }) => countReasons(db, run.runId),
  'views/sent-per-hour.sentPerHour': async (db, { accountId }) => {
    const starts = Array.from({ length: 24 }, (_, hour) => new Date(Date.now() - (23 - hour) * 3_600_000))
    await sentPerHour(db, { operator, starts })
    await sentPerHour(db, { operator, starts, accounts: [accountId] })
  },
}
