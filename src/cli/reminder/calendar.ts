import { Command } from 'commander'
import type { OccurrencesPage } from '../../client/reminders/occurrences.js'
import { printable } from '../../words/printable.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type Act, type CommandContext } from '../io.js'
import { pageOptions, wholeNumber } from '../options.js'
import { stateText } from '../state-text.js'
import { table } from '../table.js'

const dayMs = 86_400_000
/** What is shown where no end is given. */
const defaultDays = 7

type CalendarFlags = {
  from?: string
  to?: string
  account?: string
  key?: string
  perDay?: number
  limit?: number
  cursor?: string
}

export function calendarCommand(act: Act): Command {
  return pageOptions(
    new Command('calendar')
      .description('what is due on some days, and what became of what was')
      .option('--from <day>', 'the first day, 2026-12-24 (today)')
      .option('--to <day>', 'the last day, inclusive (six days later)')
      .option('--account <account>', 'only those of this account')
      .option('--key <key>', 'only those of this reminder')
      .option('--per-day <count>', 'the first of each day, in place of pages', wholeNumber),
  ).action(async (flags: CalendarFlags) => await act((context) => show(context, flags)))
}

async function show(
  context: CommandContext,
  { from = dayOf(context.io.now()), to = later(from), ...query }: CalendarFlags,
): Promise<ExitCode> {
  const { reminders } = await context.client()
  return printCalendar(context, await reminders.occurrences({ from, to, ...query }))
}

export function printCalendar(context: CommandContext, page: OccurrencesPage): ExitCode {
  const { io, style, isJson } = context
  if (isJson) return printJson(context, page)
  if (page.days.length === 0) return print(context, 'Nothing is due on these days.')
  const about = new Map(page.reminders.map((one) => [one.key, one]))
  const rows = page.items.map(({ key, local, occurrence, at, state }) => {
    const reminder = about.get(key)
    return [
      local.slice(0, 16).replace('T', ' '),
      stateText(style, state),
      style.bold(key),
      printable(reminder?.title ?? ''),
      reminder?.zone ?? '',
      at === occurrence ? '' : occurrence,
    ]
  })
  io.out(table(['DUE', 'STATE', 'REMINDER', 'SAYS', 'ZONE', 'MOVED FROM'], rows))
  const total = page.days.reduce((sum, { count }) => sum + count, 0)
  if (total > page.items.length) io.out(style.dim(`${page.items.length} of ${total} on these days`))
  hintNextPage(context, page)
  return exitCodes.ok
}

function dayOf(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

/** What is no day comes to the API as it is, which says so. */
function later(from: string): string {
  const ms = Date.parse(`${from}T00:00:00Z`) + (defaultDays - 1) * dayMs
  return Number.isNaN(ms) ? from : new Date(ms).toISOString().slice(0, 10)
}
