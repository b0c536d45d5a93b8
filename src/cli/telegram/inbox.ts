import { Command } from 'commander'
import { CarillonError } from '../../client/errors.js'
import type { UpdateKey, UpdateState } from '../../domain/telegram.js'
import type { UpdateView } from '../../store/inbox/updates.js'
import { printable, printableLines } from '../../words/printable.js'
import { relative } from '../../words/times.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type Act, type CommandContext } from '../io.js'
import { listOptions, listQuery, wholeNumber, type ListOptions } from '../options.js'
import { fields, table } from '../table.js'

type InboxOptions = ListOptions<UpdateState> & { bot?: string }
type RedriveOptions = { all?: boolean; bot?: string; reason?: string }

export function inboxCommands(act: Act): Command {
  const inbox = new Command('inbox').description(
    'what Telegram sent to the bots: what waits and what was given up',
  )
  listOptions(
    inbox
      .command('list')
      .description('updates, the latest first')
      .option('--bot <id>', 'only those of this bot'),
    'updates',
  ).action(async (options: InboxOptions) => await act((context) => list(context, options)))
  inbox
    .command('show <bot> <update>')
    .description('an update, with what it says and why it failed')
    .action(async (bot: string, update: string) => await act((context) => show(context, keyOf(bot, update))))
  inbox
    .command('redrive [bot] [update]')
    .description('have a dead update tried again, behind those that wait in its chat')
    .option('--all', 'all that are dead, or all of the bot')
    .option('--reason <text>', 'why, for those who look at the audit later')
    .action(
      async (bot: string | undefined, update: string | undefined, options: RedriveOptions) =>
        await act((context) => redrive(context, { bot, update, options })),
    )
  return inbox
}

function keyOf(bot: string, update: string): UpdateKey {
  return { bot, updateId: wholeNumber(update) }
}

async function list(context: CommandContext, { bot, ...options }: InboxOptions): Promise<ExitCode> {
  const { io, style, isJson } = context
  const page = await (
    await context.client()
  ).inbox.list({ ...listQuery(options), ...(bot !== undefined && { bot }) })
  if (isJson) return printJson(context, page)
  if (page.items.length === 0) return print(context, 'No updates.')
  const rows = page.items.map((update) => [
    update.bot,
    String(update.updateId),
    printable(update.kind),
    update.state === 'dead' ? style.red(update.state) : update.state,
    String(update.attempts),
    relative(update.arrivedAt, io.now()),
    update.nextAt === null ? '' : relative(update.nextAt, io.now()),
  ])
  io.out(table(['BOT', 'UPDATE', 'KIND', 'STATE', 'FAILED', 'CAME', 'NEXT TRY'], rows))
  hintNextPage(context, page)
  return exitCodes.ok
}

async function show(context: CommandContext, key: UpdateKey): Promise<ExitCode> {
  const { io, isJson } = context
  const update = await (await context.client()).inbox.show(key)
  if (isJson) return printJson(context, { update })
  io.out(
    fields([
      ['Update', `${update.updateId} of ${update.bot}`],
      ['Kind', printable(update.kind)],
      ['State', update.state],
      ['Failed', update.attempts === 0 ? undefined : `${update.attempts} times`],
      ['Came', relative(update.arrivedAt, io.now())],
      ['Next try', update.nextAt === null ? undefined : relative(update.nextAt, io.now())],
      ['Ended', update.endedAt === null ? undefined : relative(update.endedAt, io.now())],
    ]),
  )
  if (update.error !== null) io.out(`\n${printableLines(update.error)}`)
  if (update.update !== null) io.out(`\n${printableLines(JSON.stringify(update.update, null, 2))}`)
  return exitCodes.ok
}

async function redrive(
  context: CommandContext,
  {
    bot,
    update,
    options: { all, reason },
  }: { bot: string | undefined; update: string | undefined; options: RedriveOptions },
): Promise<ExitCode> {
  const why = reason === undefined ? {} : { reason }
  if (all === true && update === undefined) {
    const { inbox } = await context.client()
    const { redriven } = await inbox.redriveAll({ ...why, ...(bot !== undefined && { bot }) })
    if (context.isJson) return printJson(context, { redriven })
    return print(context, `${redriven} ${redriven === 1 ? 'update is' : 'updates are'} tried again.`)
  }
  if (bot === undefined || update === undefined || all === true)
    throw new CarillonError(
      'invalid',
      'Name a bot and an update, or give --all (and a bot, for all of that one).',
    )
  const view = await (await context.client()).inbox.redrive(keyOf(bot, update), why)
  if (context.isJson) return printJson(context, { update: view })
  return print(context, redrivenText(view))
}

function redrivenText({ bot, updateId, state, already }: UpdateView & { already?: true }): string {
  const which = `Update ${updateId} of ${bot}`
  if (already !== true) return `${which} is tried again.`
  return state === 'waiting' ? `${which} is tried already.` : `${which} is ${state}: there is nothing to try.`
}
