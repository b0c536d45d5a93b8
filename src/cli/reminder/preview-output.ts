import type { PreviewedRecipient } from '../../client/preview/audience.js'
import { cannotPostText } from '../../domain/groups.js'
import { leftOutPersonText } from '../../domain/people.js'
import { changeLines } from './change-text.js'
import { windowText } from './definition-text.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import type { CommandContext } from '../io.js'
import { printable, printableLines } from '../../words/printable.js'
import { fields, table } from '../table.js'
import { relative, shortMoment } from '../../words/times.js'
import type { PreviewedMessage, PreviewedPart } from '../../client/preview/parts.js'
import type { PreviewedOccurrence } from '../../client/preview/occurrences.js'
import type { Preview } from '../../client/preview/reminder.js'
import { formatDuration } from '../../domain/duration.js'
import { describeZoneData } from '../../zone-data.js'

/** So many recipients are shown; who wants all of them asks for JSON. */
const shownRecipients = 10

/** @param allAre where those are that are not shown */
export function printPreview(
  context: CommandContext,
  preview: Preview,
  { allAre = '--json has all' }: { allAre?: string } = {},
): ExitCode {
  const { io, style } = context
  for (const warning of preview.warnings) io.err(`${style.yellow('warning:')} ${printableLines(warning)}`)
  const changes = preview.existing?.differences ?? []
  io.out(
    fields([
      ['Reminder', `${style.bold(preview.key)} (${existingText(preview)})`],
      ['Schedule', preview.words],
      ['Window', windowText(preview.definition)],
      ['Account', preview.account],
      ['Zone data', describeZoneData(preview.zoneData)],
      ['Takes', deliveryText(context, preview)],
      ['Changes', changes.length === 0 ? undefined : changesText(preview)],
    ]),
  )
  io.out(`\n${occurrenceTable(context, preview)}`)
  io.out(`\n${audienceLines(context, preview, allAre).join('\n')}`)
  for (const message of preview.messages) io.out(`\n${messageLines(context, message).join('\n')}`)
  io.out(style.dim('\nNothing was stored.'))
  return exitCodes.ok
}

function existingText({ existing }: Preview): string {
  if (existing === undefined) return 'new'
  return existing.differences.length === 0 ? existing.state : `${existing.state}, with changes`
}

function changesText({ existing, definition }: Preview): string {
  if (existing === undefined) return ''
  return changeLines({ ...existing, definition }).join('\n          ')
}

function deliveryText({ io }: CommandContext, { delivery, zone }: Preview): string | undefined {
  if (delivery === undefined) return undefined
  const { sends, durationMs, limitPerMinute, beginsAt, finishesAt } = delivery
  const moment = (at: string) => shortMoment(new Date(at), { zone, now: io.now() })
  const messages = `${sends} message${sends === 1 ? '' : 's'}`
  const about = durationMs < 1_000 ? 'at once' : `about ${formatDuration(durationMs)}`
  return `${about}: ${messages} at ${limitPerMinute} a minute at most, from ${moment(beginsAt)} to ${moment(finishesAt)}`
}

function occurrenceTable({ io, style }: CommandContext, { occurrences, zone }: Preview): string {
  const now = io.now()
  const rows = occurrences.map((one) => [
    shortMoment(new Date(one.at), { zone, now }),
    one.offset,
    relative(new Date(one.at), now),
    style.yellow(notesOf(one, { zone, now }).join('; ')),
  ])
  if (rows.length === 0) return 'No time is to come.'
  return table([`NEXT (${zone})`, 'OFFSET', '', ''], rows)
}

function notesOf(
  { isOffsetNew, shift, snoozedFrom, offset }: PreviewedOccurrence,
  { zone, now }: { zone: string; now: Date },
): string[] {
  return [
    ...(isOffsetNew ? [`clocks have changed to ${offset}`] : []),
    ...(shift?.kind === 'gap' ? [`clocks jump over ${shift.asked}: sent right after`] : []),
    ...(shift?.kind === 'overlap' ? ['comes twice as clocks go back: sent the first time'] : []),
    ...(snoozedFrom === undefined
      ? []
      : [`snoozed from ${shortMoment(new Date(snoozedFrom), { zone, now })}`]),
  ]
}

function audienceLines({ style }: CommandContext, { audience }: Preview, allAre: string): string[] {
  const { recipients, leftOut, isLookedUpAgain } = audience
  const again = isLookedUpAgain ? ' (all groups: looked up again when it fires)' : ''
  const shown = recipients
    .slice(0, shownRecipients)
    .map(({ jid, name, members }) =>
      name === undefined
        ? `  ${jid}`
        : `  ${printable(name)}${style.dim(`  ${members ?? '?'} members, ${jid}`)}`,
    )
  const rest = recipients.length - shown.length
  return [
    `To ${recipients.length} recipient${recipients.length === 1 ? '' : 's'} now${again}`,
    ...shown,
    ...(rest > 0 ? [style.dim(`  and ${rest} more (${allAre})`)] : []),
    ...leftOutLines(leftOut, allAre),
  ]
}

/** Groups that the account may not write to, and people who get no message of their own. */
function leftOutLines(leftOut: PreviewedRecipient[], allAre: string): string[] {
  if (leftOut.length === 0) return []
  const named = leftOut.slice(0, shownRecipients).map(({ jid, name = jid, ...recipient }) => {
    return `  ${printable(name)}: ${leftOutText(recipient)}`
  })
  const rest = leftOut.length - named.length
  return [
    leftOut.some(({ cannotPost }) => cannotPost !== undefined)
      ? `Without ${leftOut.length} group${leftOut.length === 1 ? '' : 's'} that the account may not write to:`
      : `Without ${leftOut.length} ${leftOut.length === 1 ? 'person' : 'people'}:`,
    ...named,
    ...(rest > 0 ? [`  and ${rest} more (${allAre})`] : []),
  ]
}

function leftOutText({ cannotPost, leftOutBecause }: Omit<PreviewedRecipient, 'jid'>): string {
  if (cannotPost !== undefined) return cannotPostText[cannotPost]
  return leftOutBecause === undefined ? '' : leftOutPersonText[leftOutBecause]
}

function messageLines({ style }: CommandContext, { step, parts }: PreviewedMessage): string[] {
  const title = step === undefined ? 'Each gets' : `Each gets at step ${step}`
  return [
    `${title}${parts.length === 1 ? '' : `, ${parts.length} messages in this order`}:`,
    ...parts.flatMap((part) => partLines(part).map((line) => `  ${style.dim('│')} ${line}`)),
  ]
}

function partLines(part: PreviewedPart): string[] {
  switch (part.kind) {
    case 'text':
      return part.text.split('\n').map(printable)
    case 'image': {
      const { mime, bytes, width, height, caption } = part
      const size = width === null || height === null ? '' : `, ${width} × ${height}`
      return [
        `[${mime}${size}, ${Math.ceil(bytes / 1024)} kB]`,
        ...(caption?.split('\n').map(printable) ?? []),
      ]
    }
  }
}
