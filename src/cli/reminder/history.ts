import type { ReminderHistory } from '../../client/reminders/history.js'
import type { HistoryEntry } from '../../store/views/audit.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, printJson, type CommandContext } from '../io.js'
import { stateText } from '../state-text.js'
import { printable } from '../../words/printable.js'
import { table } from '../table.js'
import { shortMoment } from '../../words/times.js'

export function printHistory(context: CommandContext, history: ReminderHistory): ExitCode {
  const { io, isJson } = context
  if (isJson) return printJson(context, history)
  const { zone, createdAt, next } = history
  const now = io.now()
  const when = (at: Date) => shortMoment(at, { zone, now })
  const rows = history.items.map((entry) => [when(entry.at), ...entryCells(context, entry)])
  if (next === undefined) rows.push([when(createdAt), 'created', '', ''])
  io.out(table([`WHEN (${zone})`, 'WHAT', 'WHO', 'WHY'], rows))
  hintNextPage(context, history)
  return exitCodes.ok
}

function entryCells(
  { style }: CommandContext,
  entry: HistoryEntry,
): [what: string, who: string, why: string] {
  const why = printable(entry.reason ?? '')
  if (entry.kind === 'request') {
    const what = requestWords[entry.action] ?? printable(entry.action)
    return [entry.runId === null ? what : `${what} (its run)`, printable(entry.by ?? 'somebody'), why]
  }
  const who = entry.trigger === 'fireNow' ? 'fired by hand' : 'the calendar'
  return [`run ${stateText(style, entry.state)}`, who, why]
}

const requestWords: Record<string, string> = {
  pause: 'paused',
  resume: 'resumed',
  cancel: 'canceled',
  delete: 'deleted',
  edit: 'edited',
  snooze: 'snoozed',
  skipNext: 'skipped',
  fireNow: 'fired',
  retryFailed: 'retried what failed',
}
