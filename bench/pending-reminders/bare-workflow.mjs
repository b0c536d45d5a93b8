import { proxySinks, sleep } from '@temporalio/workflow'

const { timers } = proxySinks()

/** The least that can wait for a time on Temporal: one workflow, one timer. */
export async function waiting() {
  timers.set()
  await sleep('30 days')
}
