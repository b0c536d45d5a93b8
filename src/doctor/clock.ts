import { say } from '../domain/sentences/say.js'
import { postgresNowMs, type Database } from '../store/database.js'
import { bad, ok, type Check } from './check.js'

const name = 'Clock'
const mostMs = 10_000

/** Times that are given in words ("in 5 minutes") are counted by this machine's clock; all else is Postgres'. */
export async function checkClock(database: Database): Promise<Check> {
  const beforeMs = Date.now()
  const postgresMs = await postgresNowMs(database)
  // The answer was given at some moment between the question and now.
  const aheadMs = Math.max(beforeMs - postgresMs, Math.min(0, Date.now() - postgresMs))
  const off = Math.round(Math.abs(aheadMs) / 1_000) * 1_000
  if (Math.abs(aheadMs) <= mostMs) return ok(name, say('doctorClockAgrees'))
  return bad(
    name,
    say(aheadMs > 0 ? 'doctorClockAhead' : 'doctorClockBehind', { off }),
    say('doctorSetClocks'),
  )
}
