import type { Database } from '../store/database.js'
import { countedUpdates, updateBacklogs, type UpdateBacklog } from '../store/inbox/backlog.js'
import { roughly } from '../words/times.js'
import { bad, ok, type Check } from './check.js'

const name = 'Bots'
/** By then it was tried three times, or nobody tries it. */
const lateAfterS = 600

/** One line for each bot at Telegram: what waits, and what was given up. None without any bot. */
export async function checkBots(database: Database, operator: string): Promise<Check[]> {
  return (await updateBacklogs(database, operator)).map(lineOfBot)
}

function lineOfBot(backlog: UpdateBacklog): Check {
  const { bot, dead, oldestSeconds } = backlog
  const found = `'${bot}': ${waitingText(backlog)}${dead === 0 ? '' : `; ${counted(dead)} ${dead === 1 ? 'is' : 'are'} dead`}`
  const remedies = [
    ...(oldestSeconds > lateAfterS
      ? [
          `\`carillon inbox list --bot ${bot} --state waiting\` says whether they are tried again, and \`carillon inbox show\` why; where nothing is tried, see that a worker runs`,
        ]
      : []),
    ...(dead > 0
      ? [
          `\`carillon inbox list --bot ${bot} --state dead\` says which are dead, and \`carillon inbox show\` why; then \`carillon inbox redrive ${bot} --all\``,
        ]
      : []),
  ]
  return remedies.length === 0 ? ok(name, found) : bad(name, found, remedies.join('; '))
}

function waitingText({ waiting, oldestSeconds }: UpdateBacklog): string {
  if (waiting === 0) return 'no update waits'
  const since = roughly(oldestSeconds * 1_000)
  if (waiting === 1) return `1 update waits${since === undefined ? '' : `, since ${since}`}`
  return `${counted(waiting)} updates wait${since === undefined ? '' : `, the oldest since ${since}`}`
}

function counted(count: number): string {
  return count >= countedUpdates ? `${countedUpdates} or more` : String(count)
}
