import type { SentPerHour } from '../../client/runs/sent-per-hour.js'
import { shortMoment } from '../../words/times.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'
import { table } from '../table.js'

/** A line for each hour, those without any, too: with what each account sent where several did. */
export function printPerHour(context: CommandContext, answer: SentPerHour): ExitCode {
  const { io, isJson } = context
  if (isJson) return printJson(context, answer)
  const { zone, hours } = answer
  const accounts = [...new Set(hours.flatMap((hour) => Object.keys(hour.accounts)))].toSorted()
  const columns = accounts.length > 1 ? accounts : []
  const rows = hours.map(({ at, sent, accounts: of }) => [
    shortMoment(at, { zone, now: io.now() }),
    String(sent),
    ...columns.map((account) => String(of[account] ?? 0)),
  ])
  io.out(table([`HOUR (${zone})`, 'SENT', ...columns], rows))
  return exitCodes.ok
}
