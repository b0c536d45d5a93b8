import { Command } from 'commander'
import type { ExitCode } from '../exit-codes.js'
import { printJson, type Act, type CommandContext } from '../io.js'
import { wholeNumber } from '../options.js'
import { printPreviewMany } from './many-output.js'
import { printPreview } from './preview-output.js'
import { listForOne, readInputs } from './file.js'
import { contentOptions, policyOptions, scheduleOptions, type ReminderFlags } from './flags.js'

const help = `
Takes what \`carillon reminder create\` takes, or the key of a reminder that exists, with the flags laid over it.

  carillon preview -f examples/weekly-assembly.yaml
  carillon preview --to "Class 3B" --text "Assembly!" --cron "0 8 * * MON,THU" --next 10
  carillon preview assembly --cron "0 9 * * MON,THU"`

export function previewCommand(act: Act): Command {
  return policyOptions(scheduleOptions(contentOptions(new Command('preview').argument('[key]'))))
    .description(
      'what a reminder would do: times, recipients, messages, how long it takes; nothing is stored',
    )
    .option('--key <key>', 'the key that a new one would have')
    .option('--next <count>', 'how many of the next times (5)', wholeNumber)
    .addHelpText('after', help)
    .action(
      async (key: string | undefined, flags: PreviewFlags) =>
        await act((context) => preview(context, key, flags)),
    )
}

type PreviewFlags = ReminderFlags & { next?: number }

async function preview(
  context: CommandContext,
  key: string | undefined,
  { next, ...flags }: PreviewFlags,
): Promise<ExitCode> {
  const given = await readInputs(context.io, flags, { stdin: key === undefined })
  const { folder } = given
  const { reminders } = await context.client()
  if (given.kind === 'many') {
    if (key !== undefined) throw listForOne()
    return printPreviewMany(context, await reminders.previewMany(given.inputs, { folder }))
  }
  const { input } = given
  const shown = await reminders.preview(input, {
    folder,
    ...(key !== undefined && { key }),
    ...(next !== undefined && { next }),
  })
  if (context.isJson) return printJson(context, shown)
  return printPreview(context, shown)
}
