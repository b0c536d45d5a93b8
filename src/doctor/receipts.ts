import { ScheduleNotFoundError, type Client } from '@temporalio/client'
import { scheduleId } from '../schedules.js'
import { chainState } from '../store/receipts/chain.js'
import { countedBacklog, receiptBacklog } from '../store/receipts/without-receipt.js'
import type { Database } from '../store/database.js'
import { roughly } from '../words/times.js'
import { bad, ok, type Check } from './check.js'

const name = 'Receipts'
/** Ten turns of the job. */
const lateAfterS = 600

/** Whether what has ended and what was asked for gets its receipts. */
export async function checkReceipts(
  { database, operator }: { database: Database; operator: string },
  temporal: Client,
): Promise<Check> {
  const { waiting, oldestSeconds } = await receiptBacklog(database, operator)
  const head = (await chainState(database, operator))?.head
  const count = waiting >= countedBacklog ? `${waiting} or more` : String(waiting)
  const backlog = waiting === 0 ? 'none is missing' : `${count} to be written`
  const found = `${head?.seq ?? 0} rows in the chain; ${backlog}`
  if (oldestSeconds > lateAfterS)
    return bad(
      name,
      `${found}, the oldest since ${roughly(oldestSeconds * 1_000)}`,
      `see that a worker runs, and what the last runs of the schedule ${scheduleId('receipts')} say in Temporal`,
    )
  const trouble = await scheduleTrouble(temporal)
  return trouble === undefined ? ok(name, found) : bad(name, `${found}; ${trouble.found}`, trouble.remedy)
}

async function scheduleTrouble(temporal: Client): Promise<{ found: string; remedy: string } | undefined> {
  const id = scheduleId('receipts')
  try {
    const { state } = await temporal.schedule.getHandle(id).describe()
    if (!state.paused) return undefined
    return {
      found: `the schedule that writes them (${id}) is paused`,
      remedy: `temporal schedule toggle --unpause --schedule-id ${id}`,
    }
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
    return { found: `there is no schedule that writes them (${id})`, remedy: 'carillon reconcile' }
  }
}
