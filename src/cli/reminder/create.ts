import type { CreateResult } from '../../client/reminders/create.js'
import { describeDifference } from '../../client/errors.js'
import { firstFire } from '../../client/reminders/first-fire.js'
import { formatMoment } from '../../client/moments.js'
import { describeCalendar, describeSchedule } from '../../domain/calendar/words/words.js'
import { audienceText } from './definition-text.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'
import { readInputs } from './file.js'
import type { ReminderFlags } from './flags.js'
import { reportMany, startingProgress } from './many-output.js'
import { printableLines } from '../../words/printable.js'
import { relative } from '../../words/times.js'
import { hinting } from '../waiting-hint.js'

export type CreateFlags = ReminderFlags & { timeout?: number }

export async function create(context: CommandContext, { timeout, ...flags }: CreateFlags): Promise<ExitCode> {
  const given = await readInputs(context.io, flags, { stdin: true })
  const client = await context.client()
  const options = { folder: given.folder, ...(timeout !== undefined && { timeoutMs: timeout }) }
  if (given.kind === 'many') {
    const onProgress = startingProgress(context)
    return reportMany(context, await client.reminders.createMany(given.inputs, { ...options, onProgress }))
  }
  return await hinting(context, async () =>
    reportCreated(context, await client.reminders.create(given.input, options)),
  )
}

export function reportCreated(context: CommandContext, result: CreateResult): ExitCode {
  const { io, style, isJson } = context
  if (isJson) printJson(context, result)
  else for (const warning of result.warnings) io.err(`${style.yellow('warning:')} ${printableLines(warning)}`)
  if (result.kind === 'ended') {
    if (!isJson) io.err(endedText(result, io.now()))
    return exitCodes.ended
  }
  if (isJson) return exitCodes.ok
  const { audience, account } = result.definition
  const now = io.now()
  const verb = result.kind === 'created' ? 'Created' : `Exists already (${result.state}):`
  io.out(`${verb} reminder ${style.bold(result.key)} to ${audienceText(audience)} from account '${account}'`)
  io.out(`  ${whenText(result, now)}`)
  io.out(style.dim(`  carillon run watch ${result.key}`))
  return exitCodes.ok
}

/** Of one that exists already the next fire may be a snoozed one, or one of those before it may be skipped. */
function whenText(
  { definition, scheduledAt }: Extract<CreateResult, { kind: 'created' | 'exists' }>,
  now: Date,
): string {
  const { schedule } = definition
  const fire = new Date(scheduledAt)
  const isCalendars = fire.getTime() === Date.parse(firstFire(definition, now))
  const words = isCalendars
    ? describeCalendar(schedule, { now: now.toISOString() })
    : `${describeSchedule(schedule)}, next on ${formatMoment(scheduledAt, schedule.zone)}`
  return `${words}, ${relative(fire, now)}`
}

function endedText(result: Extract<CreateResult, { kind: 'ended' }>, now: Date): string {
  const when = relative(new Date(result.endedAt), now)
  const differences =
    result.differences.length === 0
      ? ''
      : `\nThis one differs in:\n${result.differences.map((one) => `  ${describeDifference(one)}`).join('\n')}`
  return `Reminder '${result.key}' is over (${result.state}, ${when}): nothing is sent again. Use another key to send anew.${differences}`
}
