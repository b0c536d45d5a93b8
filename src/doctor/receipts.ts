import { ScheduleNotFoundError, type Client } from '@temporalio/client'
import { say } from '../domain/sentences/say.js'
import type { Sentence } from '../domain/sentences/sentence.js'
import { scheduleId } from '../schedules.js'
import { chainState } from '../store/receipts/chain.js'
import { countedBacklog, receiptBacklog } from '../store/receipts/without-receipt.js'
import type { Database } from '../store/database.js'
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
  const of = { rows: head?.seq ?? 0, backlog: backlogText(waiting) }
  if (oldestSeconds > lateAfterS)
    return bad(
      name,
      say('doctorReceipts', { ...of, age: oldestSeconds * 1_000 }),
      say('doctorSeeReceipts', { schedule: scheduleId('receipts') }),
    )
  const trouble = await scheduleTrouble(temporal)
  if (trouble === undefined) return ok(name, say('doctorReceipts', of))
  return bad(name, say('doctorReceipts', { ...of, trouble: trouble.found }), trouble.remedy)
}

function backlogText(waiting: number): Sentence {
  if (waiting === 0) return say('phraseDoctorNoneMissing')
  return waiting >= countedBacklog
    ? say('phraseDoctorManyToBeWritten', { count: waiting })
    : say('phraseDoctorToBeWritten', { count: waiting })
}

async function scheduleTrouble(temporal: Client): Promise<{ found: Sentence; remedy: Sentence } | undefined> {
  const schedule = scheduleId('receipts')
  try {
    const { state } = await temporal.schedule.getHandle(schedule).describe()
    if (!state.paused) return undefined
    return {
      found: say('phraseDoctorSchedulePaused', { schedule }),
      remedy: say('doctorUnpauseSchedule', { schedule }),
    }
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
    return { found: say('phraseDoctorNoSchedule', { schedule }), remedy: say('doctorReconcile') }
  }
}
