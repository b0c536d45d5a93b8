import type { Client } from '@temporalio/client'
import { reminderWorkflowId, sessionWorkflowId } from '../domain/ids.js'
import { canceledByOperator } from '../domain/states.js'
import { inLanes } from '../in-lanes.js'
import { postgresNowMs, type Database, type Queryable } from '../store/database.js'
import { withJobLock, type WarningLogger } from '../store/jobs/job-lock.js'
import * as store from '../store/jobs/reconcile.js'
import { finishRun, prepareRun } from '../store/runs/runs.js'
import { handOverLock } from '../locks/hand-over-lock.js'
import { lookAt, nudge, openWorkflowIds, startReminder, startRun, startSession } from './temporal.js'
import { reconcileUpdates, type UpdateCounts } from './updates.js'
import { reconcileWebhooks, type WebhookCounts } from './webhooks.js'

/** The findings and the repairs of one reconcile. */
export type ReconcileCounts = WebhookCounts &
  UpdateCounts & {
    /** Reminders that are not over, runs that have not ended, accounts that are linked, webhooks and updates under way. */
    checked: number
    /** Reminders whose workflow was gone and was started again. */
    started: number
    /** Reminders that were late and were made to look again. */
    nudged: number
    /** Runs whose workflow was gone and that go on where they were. */
    resumedRuns: number
    /** Accounts that had no process in charge of their session. */
    startedSessions: number
    /** Out of step, and left alone: their own workflow is about to act. */
    skipped: number
    problems: ReconcileProblem[]
  }

export type ReconcileProblem = { workflowId: string; problem: string }

export type ReconcileReport = ({ kind: 'done' } & ReconcileCounts) | { kind: 'busy' }

export type ReconcileDependencies = { database: Database; temporal: Client; logger: WarningLogger }

export type ReconcileOptions = {
  /** Only says what it would do. */
  dryRun?: boolean
  /** Called now and then while it works. */
  onProgress?: () => void
  /** Only what is this operator's; all that there is when not given. */
  operator?: string | undefined
}

const pageSize = 500
const lanes = 10
// A healthy system is late by less; sooner it would only get in the way.
const lateAfterMs = 30_000
// After this many that did not answer, none will: there is no worker.
const mostUnanswered = 10

/**
 * Compares Postgres with Temporal and starts what is missing there. Doing it twice, or while everything works, changes
 * nothing: workflows are started under their own ids only, and what they do is decided by their rows.
 *
 * @returns `busy` where another one is under way
 */
export async function reconcile(
  { database, temporal, logger }: ReconcileDependencies,
  { dryRun = false, onProgress = () => undefined, operator }: ReconcileOptions = {},
): Promise<ReconcileReport> {
  const work = async (client: Queryable): Promise<ReconcileCounts> => {
    const counts = nothingDone()
    const pass = { client, database, temporal, counts, dryRun, onProgress, operator, unanswered: 0 }
    // Sessions first: what is started next waits for them to send.
    await reconcileSessions(pass)
    const startedReminders = await reconcileReminders(pass)
    await reconcileRuns(pass, startedReminders)
    const { checked: deliveries, ...webhooks } = await reconcileWebhooks(pass)
    const { checked: waiting, ...updates } = await reconcileUpdates(pass)
    return { ...counts, ...webhooks, ...updates, checked: counts.checked + deliveries + waiting }
  }
  if (dryRun) return { kind: 'done', ...(await work(database)) }
  const locked = await withJobLock(database, { job: 'reconcile', logger }, work)
  return locked.kind === 'busy' ? locked : { kind: 'done', ...locked.result }
}

type Pass = {
  /** The connection that holds the job's lock. */
  client: Queryable
  database: Database
  temporal: Client
  counts: ReconcileCounts
  dryRun: boolean
  onProgress: () => void
  operator: string | undefined
  unanswered: number
}

async function reconcileSessions({ client, temporal, counts, dryRun, operator }: Pass): Promise<void> {
  const accounts = await store.accountsWithSession(client, { operator })
  const open = await openWorkflowIds(temporal, 'accountSession')
  for (const accountId of accounts) {
    counts.checked += 1
    const workflowId = sessionWorkflowId(accountId)
    if (open.has(workflowId) || (await lookAt(temporal, workflowId)).kind === 'open') continue
    if (!dryRun) await startSession(temporal, accountId)
    counts.startedSessions += 1
  }
}

/** Returns the ids of those that it started. */
async function reconcileReminders(pass: Pass): Promise<Set<string>> {
  const { client, temporal, operator } = pass
  const startedNow = new Set<string>()
  const open = await openWorkflowIds(temporal, 'reminder')
  let after: store.LiveReminder | undefined
  for (let page = [after]; page.length > 0; after = page.at(-1)) {
    const rows = await store.liveReminders(client, { after, limit: pageSize, operator })
    page = rows
    await inLanes(rows.values(), {
      lanes,
      work: async (row) => {
        pass.counts.checked += 1
        const workflowId = reminderWorkflowId(row.operator, row.dedupeKey)
        if (open.has(workflowId) && !isLate(row)) return
        const found = await lookAt(temporal, workflowId)
        if (found.kind === 'open') {
          if (isLate(row)) await nudgeLate(pass, { row, workflowId, ...found })
        } else if (await startAgain(pass, { row, workflowId })) startedNow.add(workflowId)
      },
    })
    pass.onProgress()
  }
  return startedNow
}

function isLate({ lateMs }: store.LiveReminder): boolean {
  return lateMs !== null && lateMs > lateAfterMs
}

type OutOfStep = { row: store.LiveReminder; workflowId: string }

async function startAgain(
  { database, temporal, counts, dryRun }: Pass,
  { row, workflowId }: OutOfStep,
): Promise<boolean> {
  // It may have ended since the page was read. (Not on the lock's connection, which the lanes share.)
  const now = await store.liveReminder(database, row)
  if (!now) return false
  if (!dryRun && !(await startReminder(temporal, now))) {
    if (!(await store.liveReminder(database, row))) return false
    counts.problems.push({
      workflowId,
      problem: `its workflow ended in Temporal, and in Postgres it is ${now.state}: was an older backup of Postgres restored? It is not started again, since what it has sent since then is not known here. If it is still wanted, create it under another key.`,
    })
    return false
  }
  counts.started += 1
  return true
}

async function nudgeLate(
  pass: Pass,
  { row, workflowId, startedMs, failedTasks }: OutOfStep & { startedMs: number; failedTasks: number },
): Promise<void> {
  const { database, temporal, counts, dryRun } = pass
  const openForMs = (await postgresNowMs(database)) - startedMs
  // It was started a moment ago, and is at it; or nobody is there to answer.
  if (openForMs < lateAfterMs || pass.unanswered >= mostUnanswered) {
    counts.skipped += 1
    return
  }
  const refusal = dryRun ? undefined : await nudge(temporal, row)
  if (refusal === undefined) {
    counts.nudged += 1
    return
  }
  pass.unanswered += 1
  counts.problems.push({
    workflowId,
    problem: `it is late and does not answer (${refusal}; its present step has failed ${failedTasks} times): see that a worker runs (\`carillon doctor\`). If other reminders work, terminate this workflow and reconcile again: it goes on from Postgres.`,
  })
}

async function reconcileRuns(pass: Pass, startedReminders: Set<string>): Promise<void> {
  const { client, temporal, counts, operator } = pass
  const open = await openWorkflowIds(temporal, 'run')
  let after: string | undefined
  for (let page: unknown[] = [after]; page.length > 0;) {
    const rows = await store.unfinishedRuns(client, { after, limit: pageSize, operator })
    page = rows
    after = rows.at(-1)?.runId
    await inLanes(rows.values(), {
      lanes,
      work: async (row) => {
        counts.checked += 1
        if (open.has(row.runId)) return
        const found = await lookAt(temporal, row.runId)
        if (found.kind !== 'open') await resumeRun(pass, row, startedReminders)
      },
    })
    pass.onProgress()
  }
}

/**
 * A run whose reminder lives is the reminder's to start, or to account for where it was terminated. A retry is nobody's:
 * it goes on whatever its reminder does.
 */
async function resumeRun(pass: Pass, row: store.UnfinishedRun, startedReminders: Set<string>): Promise<void> {
  const { database, temporal, counts, dryRun } = pass
  const reminderId = reminderWorkflowId(row.operator, row.dedupeKey)
  if (startedReminders.has(reminderId) && !row.isRetry) {
    counts.resumedRuns += 1
    return
  }
  const now = await store.unfinishedRun(database, row.runId)
  if (!now) return
  if (!now.reminderIsOver && !now.isRetry) {
    counts.skipped += 1
    return
  }
  if (now.reminderState === 'canceled' && !now.isRetry) {
    const remainder = { state: 'skipped', reason: canceledByOperator } as const
    if (!dryRun) {
      // Perhaps it had no targets yet: each is accounted for.
      await prepareRun(database, now)
      const { reason } = remainder
      const { granted } = await finishRun(database, { runId: row.runId, remainder, canceled: true, reason })
      await handOverLock({ database, temporal }, now.accountId, granted)
    }
    counts.skipped += 1
    return
  }
  if (!dryRun && !(await startRun(temporal, now))) {
    counts.problems.push({
      workflowId: row.runId,
      problem: `its workflow ended in Temporal, and in Postgres it is ${now.state}: was an older backup of Postgres restored? It is not started again, since what it has sent since then is not known here.`,
    })
    return
  }
  counts.resumedRuns += 1
}

function nothingDone(): ReconcileCounts {
  return {
    checked: 0,
    started: 0,
    nudged: 0,
    resumedRuns: 0,
    startedSessions: 0,
    startedRelays: 0,
    resumedWebhooks: 0,
    resumedUpdates: 0,
    skipped: 0,
    problems: [],
  }
}
