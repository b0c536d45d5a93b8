import { roughly } from '../domain/duration.js'
import { say } from '../domain/sentences/say.js'
import type { Sentence } from '../domain/sentences/sentence.js'
import type { Database } from '../store/database.js'
import { countedUpdates, updateBacklogs, type UpdateBacklog } from '../store/inbox/backlog.js'
import { bad, ok, type Check } from './check.js'

const name = 'Bots'
/** By then it was tried three times, or nobody tries it. */
const lateAfterS = 600

/** One line for each bot at Telegram: what waits, and what was given up. None without any bot. */
export async function checkBots(database: Database, operator: string): Promise<Check[]> {
  return (await updateBacklogs(database, operator)).map(lineOfBot)
}

export function lineOfBot(backlog: UpdateBacklog): Check {
  const { bot, dead, oldestSeconds } = backlog
  const found = say('doctorBot', {
    bot,
    waiting: waitingText(backlog),
    dead: dead === 0 ? undefined : deadText(dead),
  })
  const isLate = oldestSeconds > lateAfterS
  if (isLate) return bad(name, found, say(dead > 0 ? 'doctorSeeWaitingAndDead' : 'doctorSeeWaiting', { bot }))
  return dead > 0 ? bad(name, found, say('doctorSeeDead', { bot })) : ok(name, found)
}

function waitingText({ waiting, oldestSeconds }: UpdateBacklog): Sentence {
  if (waiting === 0) return say('phraseDoctorNoUpdate')
  const ageMs = oldestSeconds * 1_000
  const age = roughly(ageMs) === undefined ? undefined : ageMs
  if (waiting === 1) return say('phraseDoctorUpdate', { age })
  return waiting >= countedUpdates
    ? say('phraseDoctorManyUpdates', { count: countedUpdates, age })
    : say('phraseDoctorUpdates', { count: waiting, age })
}

function deadText(dead: number): Sentence {
  if (dead === 1) return say('phraseDoctorOneDead')
  return dead >= countedUpdates
    ? say('phraseDoctorManyDead', { count: countedUpdates })
    : say('phraseDoctorDead', { count: dead })
}
