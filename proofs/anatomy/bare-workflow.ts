import { proxyActivities, sleep } from '@temporalio/workflow'
import type { BareActivities, BareMessage } from './bare-main.js'

const { send } = proxyActivities<BareActivities>({ startToCloseTimeout: '1m' })

/** The least that a reminder can be on Temporal: it waits for its time, and sends. */
export async function bareReminder({ dueMs, ...message }: BareMessage & { dueMs: number }): Promise<void> {
  await sleep(Math.max(0, dueMs - Date.now()))
  await send(message)
}
