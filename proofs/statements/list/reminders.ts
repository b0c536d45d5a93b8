import {
  findAuditAnswer,
  insertAsked,
  insertAudit,
  setAuditAnswer,
  unasked,
} from '../../../src/store/audit.js'
import { sealingOf } from '../../../src/store/database.js'
import {
  definitionDigest,
  findDefinition,
  saveDefinition,
  saveDefinitions,
} from '../../../src/store/reminders/definitions.js'
import { deleteEndedReminder } from '../../../src/store/reminders/deleted-reminders.js'
import { withJobLock } from '../../../src/store/jobs/job-lock.js'
import {
  findMedia,
  holdsMedia,
  knowsMedia,
  renewMedia,
  saveMedia,
  saveUpload,
} from '../../../src/store/reminders/media.js'
import {
  accountsWithSession,
  liveReminder,
  liveReminders,
  unfinishedRun,
  unfinishedRuns,
} from '../../../src/store/jobs/reconcile.js'
import { insertReminders, takeBackReminder } from '../../../src/store/reminders/new-reminders.js'
import {
  insertOmitted,
  insertRun,
  omittedToCome,
  runHistory,
  takeBackOmitted,
} from '../../../src/store/reminders/reminder-runs.js'
import {
  hideEndedReminder,
  insertReminder,
  lockReminder,
  updateReminder,
} from '../../../src/store/reminders/reminders.js'
import { purge } from '../../../src/store/jobs/retention.js'
import {
  cancelRunsOf,
  cancelRunsOfAccount,
  findHold,
  holdRun,
  pauseRunsOf,
  resumeRunsOf,
  supersedeRunsOf,
} from '../../../src/store/runs/run-holds.js'
import { findWindow } from '../../../src/store/runs/run-hours.js'
import { operator } from '../scene.js'
import type { Statements } from './statements.js'

const key = { operator, dedupeKey: 'live-1' }
const ended = { operator, dedupeKey: 'r-4' }
const logger = { warn: () => undefined }
const request = {
  operator,
  subject: 'reminder:school/live-1',
  action: 'pause',
  actor: 'ada',
  reason: null,
  requestId: 'bench',
  via: 'cli' as const,
}

const media = {
  digest: '0'.repeat(64),
  mime: 'image/jpeg',
  bytes: Buffer.from('x'),
  thumbnail: Buffer.from('x'),
  width: 1,
  height: 1,
}

export const ofReminders: Statements = {
  'audit.insertAudit': (db) => insertAudit(db, request),
  'audit.insertAsked': (db) =>
    insertAsked(db, { operator, subject: 'job:reconcile', action: 'reconcile' }, unasked),
  'audit.setAuditAnswer': (db) => setAuditAnswer(db, 'live-1-1', { kind: 'done' }),
  'audit.findAuditAnswer': (db) => findAuditAnswer(db, 'live-1-1'),
  'reminders/definitions.saveDefinition': (db, { definition }) =>
    saveDefinition(db, { ...definition, priority: 3 }),
  'reminders/definitions.saveDefinitions': async (db, { definition }) => {
    const many = [1, 2, 3, 4].map((priority) => ({ ...definition, priority }))
    const sealing = await sealingOf(db)
    await saveDefinitions(db, new Map(many.map((one) => [definitionDigest(sealing, one), one])))
  },
  'reminders/definitions.findDefinition': (db, { run }) => findDefinition(db, run.digest),
  'reminders/deleted-reminders.deleteEndedReminder': (db) =>
    deleteEndedReminder(db, {
      operator,
      key: 'r-4',
      subject: 'reminder:school/r-4',
      via: 'cli',
      actor: 'ada',
      reason: null,
    }),
  'jobs/job-lock.withJobLock': (db) => withJobLock(db, { job: 'reconcile', logger }, async () => undefined),
  'reminders/media.saveMedia': (db) => saveMedia(db, [media]),
  'reminders/media.saveUpload': (db) => saveUpload(db, media, { operator, ...unasked }),
  'reminders/media.holdsMedia': async (db, { accountId }) => {
    await holdsMedia(db, { digest: '0'.repeat(64), operator })
    await holdsMedia(db, { digest: '0'.repeat(64), operator, accounts: [accountId], actor: 'school/ada' })
  },
  'reminders/media.renewMedia': (db) => renewMedia(db, '0'.repeat(64)),
  'reminders/media.findMedia': (db) => findMedia(db, '0'.repeat(64)),
  'reminders/media.knowsMedia': (db) => knowsMedia(db, '0'.repeat(64)),
  'jobs/reconcile.accountsWithSession': async (db) => {
    await accountsWithSession(db)
    await accountsWithSession(db, { operator })
  },
  'jobs/reconcile.liveReminder': (db) => liveReminder(db, key),
  'jobs/reconcile.liveReminders': async (db) => {
    await liveReminders(db, { after: key, limit: 500 })
    await liveReminders(db, { after: key, limit: 500, operator })
  },
  'jobs/reconcile.unfinishedRun': (db, { run }) => unfinishedRun(db, run.runId),
  'jobs/reconcile.unfinishedRuns': async (db) => {
    await unfinishedRuns(db, { after: 'run:', limit: 100 })
    await unfinishedRuns(db, { after: 'run:', limit: 100, operator })
  },
  'reminders/new-reminders.insertReminders': async (db, { run, accountId }) => {
    const reminders = Array.from({ length: 50 }, (_, index) => ({
      dedupeKey: `bench-${index}`,
      accountId,
      digest: run.digest,
      nextFire: null,
      cursor: undefined,
    }))
    await insertReminders(db, { operator, reminders })
  },
  'reminders/new-reminders.takeBackReminder': (db, { run }) =>
    takeBackReminder(db, { operator, dedupeKey: 'bench-1', digest: run.digest }),
  'reminders/reminder-runs.insertRun': (db, { run, accountId }) =>
    insertRun(db, key, {
      trigger: 'schedule',
      accountId,
      digest: run.digest,
      scheduledAt: '2026-12-24T06:00:00Z',
      dueAt: '2026-12-23T06:00:00Z',
      localAt: '2026-12-23T09:00:00',
      deadline: run.deadline,
      priority: 5,
      groupConcurrency: 3,
      revision: 0,
    }),
  'reminders/reminder-runs.insertOmitted': (db, { run, accountId }) =>
    insertOmitted(db, key, {
      accountId,
      digest: run.digest,
      priority: 5,
      revision: 0,
      omitted: [
        {
          occurrence: '2026-12-25T06:00:00Z',
          dueAt: '2026-12-25T07:00:00Z',
          localAt: '2026-12-25T10:00:00',
          state: 'missed',
          reason: 'x',
        },
        {
          occurrence: '2026-12-26T06:00:00Z',
          dueAt: '2026-12-26T06:00:00Z',
          localAt: '2026-12-26T09:00:00',
          state: 'skipped',
          reason: 'x',
        },
      ],
    }),
  'reminders/reminder-runs.omittedToCome': (db) => omittedToCome(db, key, { reason: 'x', nowMs: Date.now() }),
  'reminders/reminder-runs.takeBackOmitted': (db) => takeBackOmitted(db, key, ['2026-12-25T06:00:00Z']),
  'reminders/reminder-runs.runHistory': (db) => runHistory(db, key),
  'reminders/reminders.lockReminder': (db) => lockReminder(db, key),
  'reminders/reminders.insertReminder': (db, { run, definition }) =>
    insertReminder(db, { operator, dedupeKey: 'bench', digest: run.digest, definition, nextFire: null }),
  'reminders/reminders.updateReminder': async (db) => {
    const row = await lockReminder(db, key)
    if (!row) throw new Error('there is no reminder live-1')
    await updateReminder(db, key, { ...row, state: 'paused', nextFire: null })
  },
  'reminders/reminders.hideEndedReminder': (db) => hideEndedReminder(db, ended),
  'jobs/retention.purge': (db) => purge({ database: db, logger }, { days: 90 }),
  'runs/run-holds.holdRun': async (db, { run: { runId } }) => {
    const because = 'paused by operator'
    await holdRun(db, { runId, wish: { kind: 'pause', because }, request: { requestId: 'bench-1' } })
    await holdRun(db, { runId, wish: { kind: 'resume' }, request: { requestId: 'bench-2' } })
  },
  'runs/run-holds.findHold': (db, { run }) => findHold(db, run.runId),
  'runs/run-holds.pauseRunsOf': (db) => pauseRunsOf(db, key, 'paused by operator'),
  'runs/run-holds.resumeRunsOf': async (db) => {
    await pauseRunsOf(db, key, 'paused by operator')
    await resumeRunsOf(db, key)
  },
  'runs/run-holds.cancelRunsOfAccount': (db) =>
    cancelRunsOfAccount(db, 'account-1', 'account removed by operator'),
  'runs/run-holds.cancelRunsOf': (db) => cancelRunsOf(db, key, 'canceled by operator'),
  'runs/run-holds.supersedeRunsOf': (db) => supersedeRunsOf(db, key, 'canceled by the calendar'),
  'runs/run-hours.findWindow': (db, { run }) => findWindow(db, run.digest),
}
