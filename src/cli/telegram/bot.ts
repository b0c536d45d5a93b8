import { Command, Option } from 'commander'
import { CarillonError } from '../../client/errors.js'
import { chatRoles, defaultMaxAttempts, remoteControlName, type ChatRole } from '../../domain/telegram.js'
import { mostAccountsOfToken } from '../../domain/access.js'
import { printable } from '../../words/printable.js'
import { relative } from '../../words/times.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { print, printJson, type Act, type CommandContext } from '../io.js'
import { repeated, wholeNumber } from '../options.js'
import { table } from '../table.js'

type AddOptions = { url: string; handler?: string; maxAttempts?: number }
type LinkOptions = { role: ChatRole; account?: string[] }

export function botCommands(act: Act): Command {
  const bot = new Command('bot').description('bots at Telegram: a remote control in a chat')
  bot
    .command('add <id>')
    .description(
      "add a bot, or change one that is there; BotFather's token is read from CARILLON_BOT_TOKEN, the file that CARILLON_BOT_TOKEN_FILE names, or stdin",
    )
    .requiredOption('--url <url>', 'where Telegram reaches the API, such as https://carillon.example.org')
    .option('--handler <name>', `what handles its updates (${remoteControlName})`)
    .option(
      '--max-attempts <count>',
      `tries after which an update is dead (${defaultMaxAttempts})`,
      wholeNumber,
    )
    .action(async (id: string, options: AddOptions) => await act((context) => add(context, id, options)))
  bot
    .command('list')
    .description('all bots, who may use them, and what waits for them')
    .action(async () => await act(list))
  bot
    .command('remove <id>')
    .description('remove a bot: what waits for it is dropped, and nobody is linked to it any more')
    .action(async (id: string) => await act((context) => remove(context, id)))
  bot
    .command('link <id> <name>')
    .description(
      'a code by which one person may use the bot from then on, once; the name says who it is in the audit (a–z, 0–9 and -, and no name of a person: it is stored in Temporal)',
    )
    .addOption(
      new Option('--role <role>', 'what they may do: look, or change things, too')
        .choices(chatRoles)
        .makeOptionMandatory(),
    )
    .option(
      '--account <id>',
      `an account that it is for (repeatable, ${mostAccountsOfToken} at most); all when not given`,
      repeated,
    )
    .action(
      async (id: string, name: string, options: LinkOptions) =>
        await act((context) => link(context, { id, name, options })),
    )
  bot
    .command('unlink <id> <name>')
    .description('let a person use the bot no more, from the next message on')
    .action(async (id: string, name: string) => await act((context) => unlink(context, id, name)))
  return bot
}

async function add(
  context: CommandContext,
  id: string,
  { url, handler, maxAttempts }: AddOptions,
): Promise<ExitCode> {
  const token = await tokenOf(context)
  const { bots } = await context.client()
  const added = await bots.add({
    id,
    token,
    url,
    ...(handler !== undefined && { handler }),
    ...(maxAttempts !== undefined && { maxAttempts }),
  })
  if (context.isJson) return printJson(context, { bot: added })
  context.io.out(
    `Telegram sends what is written to @${printable(added.username)} to ${printable(added.url)}.`,
  )
  context.io.out(`Let somebody use it: carillon bot link ${added.id} <name> --role editor`)
  return exitCodes.ok
}

/** Never from an argument: what is in one, every process of the machine can read. */
async function tokenOf({ io }: CommandContext): Promise<string> {
  const { withSecretFiles } = await import('../../settings/secret-files.js')
  const { environment, problems } = withSecretFiles(io.env)
  const problem = problems.find((text) => text.startsWith('CARILLON_BOT_TOKEN'))
  if (problem !== undefined) throw new CarillonError('invalid', problem)
  const set = environment['CARILLON_BOT_TOKEN']?.trim()
  if (set !== undefined && set !== '') return set
  const read = io.isStdinTty ? '' : (await io.readStdin()).trim()
  if (read !== '') return read
  throw new CarillonError(
    'invalid',
    'No token: set CARILLON_BOT_TOKEN or CARILLON_BOT_TOKEN_FILE, or give it on stdin. @BotFather has it.',
  )
}

async function list(context: CommandContext): Promise<ExitCode> {
  const { io, style, isJson } = context
  const bots = await (await context.client()).bots.list()
  if (isJson) return printJson(context, { bots })
  if (bots.length === 0) return print(context, 'No bots yet. Add one: carillon bot add <id> --url <url>')
  const rows = bots.map((bot) => [
    style.bold(bot.id),
    `@${printable(bot.username)}`,
    bot.handler,
    String(bot.waiting),
    bot.dead === 0 ? '0' : style.red(String(bot.dead)),
    bot.users.map(({ name, role }) => `${name} (${role})`).join(' '),
    printable(bot.url),
  ])
  io.out(table(['BOT', 'AT TELEGRAM', 'HANDLER', 'WAITING', 'DEAD', 'LINKED', 'URL'], rows))
  return exitCodes.ok
}

async function remove(context: CommandContext, id: string): Promise<ExitCode> {
  const { toldTelegram } = await (await context.client()).bots.remove(id)
  if (context.isJson) return printJson(context, { id, removed: true, toldTelegram })
  context.io.out(`Removed bot ${id}.`)
  if (!toldTelegram)
    context.io.err('Telegram was not told, or does not know its token any more: what it sends is refused.')
  return exitCodes.ok
}

async function link(
  context: CommandContext,
  { id, name, options: { role, account } }: { id: string; name: string; options: LinkOptions },
): Promise<ExitCode> {
  const made = await (
    await context.client()
  ).bots.link(id, { name, role, ...(account !== undefined && { accounts: account }) })
  if (context.isJson) return printJson(context, made)
  context.io.out(
    `It links one person as ${name}, once, and is over ${relative(made.expiresAt, context.io.now())}. They open`,
  )
  context.io.out(made.url)
  context.io.out(`or send this to the bot: /start ${made.code}`)
  return exitCodes.ok
}

async function unlink(context: CommandContext, id: string, name: string): Promise<ExitCode> {
  await (await context.client()).bots.unlink(id, name)
  if (context.isJson) return printJson(context, { id, name, unlinked: true })
  context.io.out(`${printable(name)} may not use bot ${id} any more.`)
  return exitCodes.ok
}
