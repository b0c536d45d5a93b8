import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client'
import { mainTaskQueue } from './domain/ids.js'
import { EncryptionKeyError } from './store/encryption/key-ring.js'

export const defaultReconcileMinutes = 10

/** So long a run or a request may be without a receipt while all is well. */
export const receiptsEveryMs = 60_000

type Job = {
  workflow: 'receipts' | 'reconcile' | 'metadataRefresh' | 'retention'
  everyMs: number
  /** So that not all namespaces of a cluster work at the same moment. */
  jitterMs: number
  /** How late one that was missed, since Temporal was down, may still be run. */
  catchUpMs: number
  /** Also at once when it is new: Temporal may be new too, or have lost its data. */
  isFirstAtOnce: boolean
  note: string
}

const minuteMs = 60_000

function jobs(reconcileMinutes: number): Job[] {
  return [
    {
      workflow: 'reconcile',
      everyMs: reconcileMinutes * minuteMs,
      jitterMs: 10_000,
      catchUpMs: minuteMs,
      isFirstAtOnce: true,
      note: 'Starts again what Postgres has and Temporal has not.',
    },
    {
      workflow: 'metadataRefresh',
      everyMs: 60 * minuteMs,
      jitterMs: 5 * minuteMs,
      catchUpMs: minuteMs,
      isFirstAtOnce: false,
      note: "Reads the groups of connected accounts where they are older than the groups' time to live.",
    },
    {
      workflow: 'receipts',
      everyMs: receiptsEveryMs,
      jitterMs: 5_000,
      catchUpMs: receiptsEveryMs,
      isFirstAtOnce: false,
      note: 'Writes receipts of what has ended and of what was asked for.',
    },
    {
      workflow: 'retention',
      everyMs: 24 * 60 * minuteMs,
      jitterMs: 30 * minuteMs,
      catchUpMs: 60 * minuteMs,
      isFirstAtOnce: false,
      note: 'Purges what is older than the retention time.',
    },
  ]
}

export function scheduleId(job: Job['workflow']): string {
  return `carillon-${job}`
}

/**
 * Creates the Temporal Schedules of the jobs; doing it twice is doing it once. Who has the settings (the worker) also
 * brings those that are there up to date. One that an operator paused stays paused.
 */
export async function ensureSchedules(
  temporal: Client,
  { reconcileMinutes }: { reconcileMinutes?: number } = {},
): Promise<void> {
  for (const job of jobs(reconcileMinutes ?? defaultReconcileMinutes)) {
    const options = optionsOf(job)
    try {
      await temporal.schedule.create({
        ...options,
        scheduleId: scheduleId(job.workflow),
        state: { note: job.note, triggerImmediately: job.isFirstAtOnce },
      })
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error
      if (reconcileMinutes === undefined) continue
      await bringUpToDate(temporal, job)
    }
  }
}

async function bringUpToDate(temporal: Client, job: Job): Promise<void> {
  const schedule = temporal.schedule.getHandle(scheduleId(job.workflow))
  try {
    await schedule.update(({ state: { paused, note } }) => ({
      ...optionsOf(job),
      state: { paused, ...(note !== undefined && { note }) },
    }))
  } catch (error) {
    if (!(error instanceof EncryptionKeyError)) throw error
    // What it says of itself was sealed with a key that is lost. Nothing of that is needed but whether it is paused.
    const { namespace } = temporal.options
    const found = await temporal.workflowService.describeSchedule({
      namespace,
      scheduleId: schedule.scheduleId,
    })
    const { paused, notes } = found.schedule?.state ?? {}
    await schedule.delete()
    await temporal.schedule.create({
      ...optionsOf(job),
      scheduleId: schedule.scheduleId,
      state: { paused: paused ?? false, note: notes ?? job.note },
    })
  }
}

function optionsOf({ workflow, everyMs, jitterMs, catchUpMs, note }: Job) {
  return {
    spec: { intervals: [{ every: everyMs }], jitter: jitterMs },
    action: {
      type: 'startWorkflow' as const,
      workflowType: workflow,
      // Temporal adds the time of each run.
      workflowId: `job:${workflow}`,
      taskQueue: mainTaskQueue,
      args: [],
      staticSummary: note,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchUpMs },
  }
}
