import type { ReminderPage } from '../../client/reminders/list.js'
import type { ReminderDetails, ReminderSummary } from '../../client/reminders/summary.js'
import { formatDuration } from '../../domain/duration.js'
import { formatMoment } from '../../client/moments.js'
import { audienceText, contentLines, overlapText, windowText } from './definition-text.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type CommandContext } from '../io.js'
import { runTable } from '../run/output.js'
import { stateText } from '../state-text.js'
import { printable } from '../../words/printable.js'
import { fields, table } from '../table.js'
import { relative, shortMoment } from '../../words/times.js'

export function printReminders(context: CommandContext, page: ReminderPage): ExitCode {
  const { io, style, isJson } = context
  if (isJson) return printJson(context, page)
  if (page.items.length === 0 && page.next !== undefined) {
    io.out('None of those that were looked through.')
    hintNextPage(context, page)
    return exitCodes.ok
  }
  if (page.items.length === 0)
    return print(context, 'No reminders. Create one: carillon reminder create --help')
  const rows = page.items.map((reminder) => [
    style.bold(reminder.key),
    stateText(style, reminder.state),
    nextText(reminder, io.now()),
    reminder.latestRun === null ? '' : stateText(style, reminder.latestRun.state),
    reminder.accountId,
    audienceText(reminder.definition.audience),
    reminder.words,
  ])
  io.out(table(['REMINDER', 'STATE', 'NEXT', 'LAST RUN', 'ACCOUNT', 'TO', 'SCHEDULE'], rows))
  if (page.total) io.out(style.dim(`\n${page.total.isAll ? '' : 'More than '}${page.total.count} in all`))
  hintNextPage(context, page)
  return exitCodes.ok
}

export function printReminder(context: CommandContext, reminder: ReminderDetails): ExitCode {
  const { io, style, isJson } = context
  if (isJson) return printJson(context, reminder)
  const { definition } = reminder
  const now = io.now()
  io.out(
    fields([
      ['Reminder', style.bold(reminder.key)],
      ['State', stateLine(context, reminder)],
      ['Schedule', reminder.words],
      ['Next', nextLine(reminder, now)],
      ['Then', thenLine(reminder, now)],
      ['Moved', movedLine(reminder, now)],
      ['Last run', lastRunLine(context, reminder)],
      ['To', audienceText(definition.audience)],
      ['Account', reminder.accountId],
      ['Content', contentLines(definition).join('\n           ')],
      ['Window', windowText(definition)],
      ['Overlap', overlapText(definition)],
      ['Priority', String(definition.priority)],
      ['Catch-up', `${formatDuration(definition.catchUpMs)} late at most`],
      ['Expires', `${formatDuration(definition.deliverWithinMs)} after its time`],
      [
        'If unsure',
        definition.onUncertain === 'resend' ? 'sent again under the same id' : 'left, and shown as unknown',
      ],
      ['Created', `${relative(reminder.createdAt, now)}${editedText(reminder.revision)}`],
    ]),
  )
  if (reminder.runs.length > 0) io.out(`\n${runTable(context, reminder.runs)}`)
  return exitCodes.ok
}

function stateLine({ io, style }: CommandContext, reminder: ReminderDetails): string {
  const { state, reason, pausedUntil, deletedAt, endedAt, definition } = reminder
  const notes = [
    ...(pausedUntil === null
      ? []
      : [`until ${formatMoment(pausedUntil.toISOString(), definition.schedule.zone)}`]),
    ...(deletedAt === null && endedAt !== null ? [relative(endedAt, io.now())] : []),
    ...(deletedAt === null
      ? []
      : [style.red(`deleted ${relative(deletedAt, io.now())}; only its history is kept`)]),
    ...(reason === null ? [] : [printable(reason)]),
  ]
  return `${stateText(style, state)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

function nextLine(reminder: ReminderDetails, now: Date): string | undefined {
  const { nextFire, snoozedFrom, bufferedAt, definition, endedAt } = reminder
  const { zone } = definition.schedule
  if (endedAt !== null) return undefined
  const buffered =
    bufferedAt === null
      ? []
      : [`${shortMoment(bufferedAt, { zone, now })} is due and waits for the run under way`]
  const next =
    nextFire === null
      ? []
      : [
          `${formatMoment(nextFire.toISOString(), zone)}, ${relative(nextFire, now)}${
            snoozedFrom === null ? '' : `, snoozed from ${shortMoment(snoozedFrom, { zone, now })}`
          }`,
        ]
  return [...buffered, ...next].join('\n           ') || 'none to come'
}

function thenLine({ upcoming, definition }: ReminderDetails, now: Date): string | undefined {
  if (upcoming.length === 0) return undefined
  const { zone } = definition.schedule
  return upcoming.map((at) => shortMoment(new Date(at), { zone, now })).join('; ')
}

/** Those that are not at their own times; of the next one its own line says so. */
function movedLine({ moved, snoozedFrom, definition }: ReminderDetails, now: Date): string | undefined {
  const { zone } = definition.schedule
  const shown = moved.filter(({ from }) => from.getTime() !== snoozedFrom?.getTime())
  if (shown.length === 0) return undefined
  const moment = (at: Date) => shortMoment(at, { zone, now })
  return shown
    .map(({ from, to }) => `${moment(from)} ${to === null ? 'not sent' : `to ${moment(to)}`}`)
    .join('; ')
}

function lastRunLine(
  { io, style }: CommandContext,
  { latestRun, definition }: ReminderDetails,
): string | undefined {
  if (latestRun === null) return undefined
  const when = shortMoment(latestRun.scheduledAt, { zone: definition.schedule.zone, now: io.now() })
  return `${stateText(style, latestRun.state)}, ${when}`
}

function editedText(revision: number): string {
  if (revision === 0) return ''
  return revision === 1 ? ', edited once' : `, edited ${revision} times`
}

function nextText(reminder: ReminderSummary, now: Date): string {
  const { endedAt, deletedAt, pausedUntil, nextFire, snoozedFrom, bufferedAt } = reminder
  const { zone } = reminder.definition.schedule
  if (deletedAt !== null) return `deleted ${relative(deletedAt, now)}`
  if (endedAt !== null) return `ended ${relative(endedAt, now)}`
  if (pausedUntil !== null) return `resumes ${shortMoment(pausedUntil, { zone, now })}`
  if (bufferedAt !== null) return 'due, waits for its run'
  if (nextFire === null) return ''
  const snoozed = snoozedFrom === null ? '' : ' (snoozed)'
  return `${shortMoment(nextFire, { zone, now })}, ${relative(nextFire, now)}${snoozed}`
}
