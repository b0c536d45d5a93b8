import { Command } from 'commander'
import type { ExitCode } from '../exit-codes.js'
import type { Act, CommandContext } from '../io.js'
import { durationMs } from '../options.js'
import { changeCommands } from './change.js'
import type { CreateFlags } from './create.js'
import { contentOptions, policyOptions, scheduleOptions } from './flags.js'
import { exportCommand } from './export.js'
import { lifecycleCommands } from './lifecycle.js'
import { listCommand } from './list.js'
import { printReminder } from './output.js'

const createHelp = `
A file has the same fields as the flags (see examples/class-trip.yaml); a flag replaces the file's field.
-f takes YAML or JSON, and "-" reads it from stdin; without -f and flags, it is read from stdin too.

  carillon reminder create -f examples/class-trip.yaml
  carillon reminder create --to "Class 3B" --text "Bring the form." --at "tomorrow 09:00"
  carillon reminder create --to "Class 3B" --text "Assembly!" --cron "0 8 * * MON,THU" --until 2026-12-18
  jq -n '{to: "all groups", text: "Hello", at: "in 10 minutes"}' | carillon reminder create --json

A file of many has them as a list under "reminders" (see examples/many.yaml); a flag then holds for each of them. It creates
all of them, or none where one cannot be used, and the same file again changes nothing.

\`carillon preview\` takes the same and shows what would happen. The same key and definition never make a second
reminder: run it again to learn what became of it.`

export function reminderCommands(act: Act): Command {
  const reminder = new Command('reminder').description('what to send, to whom, when')
  policyOptions(scheduleOptions(contentOptions(reminder.command('create'))))
    .description('create a reminder, or many of a file, or find those that exist')
    .option(
      '--key <key>',
      'your own name for it; the same key is the same reminder (default: a hash of its contents)',
    )
    .option('--timeout <duration>', 'how long to wait for the worker (30s)', durationMs)
    .addHelpText('after', createHelp)
    .action(
      async (flags: CreateFlags) =>
        await act(async (context) => {
          const { create } = await import('./create.js')
          return await create(context, flags)
        }),
    )
  listCommand(reminder, act)
  reminder
    .command('show <key>')
    .description('one reminder with its runs')
    .action(async (key: string) => await act((context) => show(context, key)))
  exportCommand(reminder, act)
  changeCommands(reminder, act)
  lifecycleCommands(reminder, act)
  return reminder
}

async function show(context: CommandContext, key: string): Promise<ExitCode> {
  const { reminders } = await context.client()
  return printReminder(context, await reminders.show(key))
}
