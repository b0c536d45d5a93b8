import type { Command } from 'commander'
import type { EditResult } from '../../client/reminders/edit.js'
import { changeLines } from './change-text.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { print, printJson, type Act, type CommandContext } from '../io.js'
import { actOptions, durationMs, signalOptions, type ActOptions } from '../options.js'
import { reportCreated, type CreateFlags } from './create.js'
import { readInput } from './file.js'
import { contentOptions, policyOptions, scheduleOptions, type ReminderFlags } from './flags.js'
import { relative, shortMoment } from '../../words/times.js'
import { hinting } from '../waiting-hint.js'
import { printableLines } from '../../words/printable.js'

const editHelp = `
What is given replaces the reminder's field; everything else stays. "none" takes away --until, --count, --except,
--also, --window and --rate-per-minute. A run that is under way keeps what it began with.

  carillon reminder edit assembly --cron "0 9 * * MON,THU" --reason "the bus is late"
  carillon reminder edit assembly -f examples/weekly-assembly.yaml`

const cloneHelp = `
The flags and fields are laid over those of the original, which may be over or deleted.

  carillon reminder clone class-trip --key class-trip-2027 --at "2027-05-14 18:00"`

/** Commands that make something of a reminder and of changes to it. */
export function changeCommands(reminder: Command, act: Act): void {
  actOptions(policyOptions(scheduleOptions(contentOptions(reminder.command('edit <key>')))))
    .description('change any field of it')
    .addHelpText('after', editHelp)
    .action(async (key: string, flags: EditFlags) => await act((context) => edit(context, key, flags)))
  policyOptions(scheduleOptions(contentOptions(reminder.command('clone <key>'))))
    .description('a new reminder under another key, with changes')
    .requiredOption('--key <key>', 'the key of the new one')
    .option('--timeout <duration>', 'how long to wait for the worker (30s)', durationMs)
    .addHelpText('after', cloneHelp)
    .action(
      async (key: string, flags: CreateFlags & { key: string }) =>
        await act((context) => clone(context, key, flags)),
    )
}

type EditFlags = ReminderFlags & ActOptions

async function edit(context: CommandContext, key: string, flags: EditFlags): Promise<ExitCode> {
  const { reason: _reason, timeout: _timeout, ...fields } = flags
  const { input, folder } = await readInput(context.io, fields, { stdin: false })
  const { reminders } = await context.client()
  const result = await hinting(context, () => reminders.edit(key, input, { folder, ...signalOptions(flags) }))
  return report(context, result)
}

function report(context: CommandContext, result: EditResult): ExitCode {
  const { io, style, isJson } = context
  if (isJson) {
    // The definition before it is not repeated: it has everything that is private in it.
    const { before: _before, ...shown } = result
    return printJson(context, shown)
  }
  for (const warning of result.warnings) io.err(`${style.yellow('warning:')} ${printableLines(warning)}`)
  if (result.kind === 'unchanged')
    return print(context, `Reminder '${result.key}' is as it was: nothing differs`)
  io.out(`Edited reminder ${style.bold(result.key)} (${result.state})`)
  for (const line of changeLines(result)) io.out(`  ${line}`)
  const { nextFire, definition } = result
  if (nextFire === undefined) return print(context, style.dim('  none to come'))
  const [next, now] = [new Date(nextFire), io.now()]
  io.out(
    style.dim(
      `  next on ${shortMoment(next, { zone: definition.schedule.zone, now })}, ${relative(next, now)}`,
    ),
  )
  return exitCodes.ok
}

async function clone(
  context: CommandContext,
  from: string,
  { timeout, ...flags }: CreateFlags & { key: string },
): Promise<ExitCode> {
  const { input, folder } = await readInput(context.io, flags, { stdin: false })
  const { reminders } = await context.client()
  const result = await hinting(context, () =>
    reminders.clone(
      from,
      { ...input, key: flags.key },
      { folder, ...(timeout !== undefined && { timeoutMs: timeout }) },
    ),
  )
  return reportCreated(context, result)
}
