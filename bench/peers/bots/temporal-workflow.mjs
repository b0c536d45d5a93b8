import { proxyActivities, sleep } from '@temporalio/workflow'

// A send is acknowledged within a second; after this long, its worker is dead.
const { send } = proxyActivities({ startToCloseTimeout: '10s' })

export async function bareReminder(job) {
  await sleep(Math.max(0, job.dueMs - Date.now()))
  await send(job)
}
