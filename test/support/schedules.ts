import type { Client } from '@temporalio/client'
import { expect } from 'vitest'
import { scheduleId } from '../../src/schedules.js'
import { eventually } from './eventually.js'

type Job = Parameters<typeof scheduleId>[0]

/**
 * Takes a schedule's pause away, and runs the job now. Between the two it waits: of two requests that Temporal 1.31
 * takes up in one of its own tasks, the schedule does only the second, and would stay paused.
 */
export async function unpauseAndRun(temporal: Client, job: Job): Promise<void> {
  const schedule = temporal.schedule.getHandle(scheduleId(job))
  await schedule.unpause()
  await eventually(async () => expect((await schedule.describe()).state.paused).toBe(false))
  await schedule.trigger()
}
