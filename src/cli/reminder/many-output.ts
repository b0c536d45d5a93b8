import type { CreatedOfMany, CreateManyResult } from '../../client/reminders/many/create.js'
import type { PreviewedOfMany, PreviewMany } from '../../client/reminders/many/preview.js'
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'
import { printableLines } from '../../words/printable.js'
import { table } from '../table.js'
import { shortMoment } from '../../words/times.js'
import { audienceText } from './definition-text.js'

// Who wants all of many asks for JSON.
const shown = 50

/** Draws how many are done where somebody watches; often enough to be seen moving. */
export function startingProgress({
  io: { terminal },
}: CommandContext): (done: number, total: number) => void {
  let drawnAtMs = 0
  return (done, total) => {
    if (terminal === undefined || (done < total && Date.now() - drawnAtMs < 200)) return
    drawnAtMs = Date.now()
    terminal.write(`\r${done} of ${total} reminders${done === total ? '\n' : ''}`)
  }
}

/** Ends as the create of one of them would: with a conflict before one that is over. */
export function reportMany(context: CommandContext, result: CreateManyResult): ExitCode {
  const { counts, reminders } = result
  if (context.isJson) printJson(context, result)
  else {
    printWarnings(context, reminders)
    context.io.out(`Created ${summaryOf(counts)}`)
    printFew(
      context,
      reminders.flatMap((one) => notCreated(one)),
    )
  }
  const codes = reminders.flatMap((one) => (one.kind === 'refused' ? [exitCodeOf(one.code)] : []))
  if (codes.includes(exitCodes.conflict)) return exitCodes.conflict
  return codes.length > 0 || counts.ended > 0 ? exitCodes.ended : exitCodes.ok
}

function summaryOf({ created, exists, ended, refused }: CreateManyResult['counts']): string {
  return [
    `${created} reminder${created === 1 ? '' : 's'}`,
    ...(exists > 0 ? [`${exists} already there`] : []),
    ...(ended > 0 ? [`${ended} over, nothing is sent again`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(', ')
}

function notCreated(one: CreatedOfMany): string[] {
  if (one.kind === 'refused') return [`refused: ${placeOf(one)}: ${one.message}`]
  return one.kind === 'ended' ? [`over (${one.state}): ${placeOf(one)}`] : []
}

/** A line for each: what would become of it, and when it fires. */
export function printPreviewMany(context: CommandContext, preview: PreviewMany): ExitCode {
  const { io, style } = context
  const { counts, reminders } = preview
  if (context.isJson) return printJson(context, preview)
  printWarnings(context, reminders)
  const now = io.now()
  const rows = reminders
    .slice(0, shown)
    .map(({ key, kind, state, nextFire, words, definition }) => [
      style.bold(key),
      fateOf(kind, state),
      nextFire === undefined ? '' : shortMoment(new Date(nextFire), { zone: definition.schedule.zone, now }),
      definition.account,
      audienceText(definition.audience),
      words,
    ])
  io.out(table(['REMINDER', '', 'NEXT', 'ACCOUNT', 'TO', 'SCHEDULE'], rows))
  if (reminders.length > shown) io.out(style.dim(`and ${reminders.length - shown} more (--json has all)`))
  io.out(`\nWould create ${summaryOf(counts)}`)
  io.out(style.dim('Nothing was stored.'))
  return exitCodes.ok
}

function fateOf(kind: PreviewedOfMany['kind'], state: PreviewedOfMany['state'] | undefined): string {
  if (kind === 'created') return 'new'
  if (kind === 'refused') return `${state}, with another definition: refused`
  return state ?? 'the same as one before it'
}

function placeOf({ index, key }: { index: number; key: string }): string {
  return `reminders[${index}] (key '${key}')`
}

/** What is said of many is said once. */
function printWarnings(
  context: CommandContext,
  reminders: readonly { index: number; key: string; warnings: string[] }[],
): void {
  const { style } = context
  const told = new Map<string, { first: string; count: number }>()
  for (const one of reminders)
    for (const warning of one.warnings) {
      const before = told.get(warning)
      if (before === undefined) told.set(warning, { first: placeOf(one), count: 1 })
      else before.count += 1
    }
  printFew(
    context,
    [...told].map(([warning, { first, count }]) => {
      const others = count === 1 ? '' : ` and ${count - 1} more`
      return `${style.yellow('warning:')} ${first}${others}: ${warning}`
    }),
  )
}

/** On stderr, so that stdout stays what was asked for. */
function printFew({ io }: CommandContext, lines: string[]): void {
  for (const line of lines.slice(0, shown)) io.err(printableLines(line))
  if (lines.length > shown) io.err(`and ${lines.length - shown} more (--json has all)`)
}
