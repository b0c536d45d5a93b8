import type { Command } from 'commander'
import type { ReminderListQuery } from '../../client/reminders/list.js'
import type { ReminderState } from '../../domain/states.js'
import { listedReminders, namesOfGroups } from '../../client/yaml/gather.js'
import type { ReminderToWrite } from '../../client/yaml/write.js'
import type { ExitCode } from '../exit-codes.js'
import { print, printJson, type Act, type CommandContext } from '../io.js'
import { repeated } from '../options.js'

const help = `
What it writes makes the very same reminders: \`carillon reminder create -f\` in this system finds them all there, and in another
one creates them. Groups are named by their ids, with their names in comments; images by what they are known by in this system.

  carillon reminder export > reminders.yaml
  carillon reminder export assembly class-trip
  carillon reminder export --state scheduled --state paused --account office`

type ExportFlags = { state?: ReminderState[]; account?: string }

export function exportCommand(reminder: Command, act: Act): void {
  reminder
    .command('export [keys...]')
    .description('write reminders as a YAML file that makes the same ones again; all of them, or these')
    .option('--state <state>', 'only reminders in this state (repeatable)', repeated)
    .option('--account <account>', 'only those of this account')
    .addHelpText('after', help)
    .action(
      async (keys: string[], flags: ExportFlags) =>
        await act((context) => exportReminders(context, keys, flags)),
    )
}

async function exportReminders(
  context: CommandContext,
  keys: readonly string[],
  { state, account }: ExportFlags,
): Promise<ExitCode> {
  const client = await context.client()
  const query: ReminderListQuery = { ...(state && { states: state }), ...(account && { account }) }
  const reminders: ReminderToWrite[] = []
  if (keys.length === 0) for await (const some of listedReminders(client, query)) reminders.push(...some)
  for (const key of keys) reminders.push(await client.reminders.show(key))
  const { fieldsToWrite, writeReminders } = await import('../../client/yaml/write.js')
  if (context.isJson) return printJson(context, { reminders: reminders.map((one) => fieldsToWrite(one)) })
  const names = await namesOfGroups(client, reminders)
  return print(context, writeReminders(reminders, { names }).trimEnd())
}
