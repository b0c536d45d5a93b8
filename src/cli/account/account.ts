import { Command, InvalidArgumentError } from 'commander'
import { defaultRatePerMinute } from '../../domain/accounts/limits.js'
import { CarillonError } from '../../client/errors.js'
import type { AccountView } from '../../store/views/accounts.js'
import type { LeavingFlags } from './leaving.js'
import { accountSituation } from '../../words/account-situation.js'
import { reportConfirmation } from '../confirmation.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { print, printJson, type Act, type CommandContext } from '../io.js'
import { actOptions, durationMs, signalOptions, wholeNumber, type ActOptions } from '../options.js'
import { fields, table } from '../table.js'
import { relative } from '../../words/times.js'

export function accountCommands(act: Act): Command {
  const account = new Command('account').description('WhatsApp accounts: one number each, linked as a device')
  account
    .command('add <id>')
    .description('add an account; <id> is your own name for it (no phone number: it shows up in Temporal)')
    .option('--rate <count>', `sends in any 60 s (${defaultRatePerMinute})`, wholeNumber)
    .option('--daily-cap <count>', 'sends in any 24 hours (no cap)', wholeNumber)
    .option('--warm-up', 'a new number: few sends a day at first, more each week')
    .option('--proxy <url>', proxyText)
    .action(async (id: string, options: AddOptions) => await act((context) => add(context, id, options)))
  account
    .command('set <id>')
    .description('change how fast the account may send, from the next message on, or by way of which proxy')
    .option('--rate <count>', 'sends in any 60 s', wholeNumber)
    .option('--daily-cap <count>', 'sends in any 24 hours, or `off`', countOrOff)
    .option('--warm-up', 'a new number: few sends a day at first, more each week')
    .option('--no-warm-up', 'an old number: the daily cap only, if there is one')
    .option('--proxy <url>', proxyText)
    .option('--no-proxy', 'straight to WhatsApp')
    .action(async (id: string, options: SetOptions) => await act((context) => set(context, id, options)))
  account
    .command('show <id>')
    .description('one account: its state, its limits and what it waits for')
    .action(async (id: string) => await act((context) => show(context, id)))
  account
    .command('pair <id>')
    .description('link the account to a phone, by QR code or, with --phone, by pairing code')
    .option(
      '--phone <number>',
      "the account's number, country code first: shows a pairing code to type instead of a QR code",
    )
    .option('--timeout <duration>', 'give up after this time (5m)', durationMs)
    .option('--other-number', 'the phone has another number than the one that the account was linked to')
    .action(
      async (id: string, options: { phone?: string; timeout?: number; otherNumber?: boolean }) =>
        await act(async (context) => {
          const { pair } = await import('./pair.js')
          return await pair(context, id, options)
        }),
    )
  account
    .command('list')
    .description('all accounts with their state')
    .action(async () => await act(list))
  actOptions(account.command('pause <id>'))
    .description('stop all sends of the account, from the next one on')
    .action(
      async (id: string, options: ActOptions) =>
        await act((context) => setPaused(context, id, true, options)),
    )
  actOptions(account.command('resume <id>'))
    .description('let the account send again')
    .action(
      async (id: string, options: ActOptions) =>
        await act((context) => setPaused(context, id, false, options)),
    )
  leavingOptions(account.command('unlink <id>'))
    .description(
      'take the device off at WhatsApp; groups, reminders and runs stay for when one is linked again',
    )
    .action(
      async (id: string, options: LeavingFlags) =>
        await act(async (context) => {
          const { unlink } = await import('./leaving.js')
          return await unlink(context, id, options)
        }),
    )
  leavingOptions(account.command('remove <id>'))
    .description('take the device off and remove the account; its reminders are kept, paused')
    .option('--yes', 'do it; without it, only what would be done is said')
    .action(
      async (id: string, options: LeavingFlags & { yes?: boolean }) =>
        await act(async (context) => {
          const { remove } = await import('./leaving.js')
          return await remove(context, id, options)
        }),
    )
  return account
}

function leavingOptions(command: Command): Command {
  return actOptions(command).option(
    '--force',
    'where WhatsApp is not told in time, forget the keys here all the same; take the device off on the phone then',
  )
}

const proxyText =
  'everything of the account goes by way of it: http://, https:// or socks5://, with a name and password if need be'

type AddOptions = PacingOptions & { proxy?: string }
/** Commander makes `false` of `--no-proxy`, and `true` where neither is given. */
type SetOptions = PacingOptions & { proxy?: string | boolean }
type PacingOptions = { rate?: number; dailyCap?: number | 'off'; warmUp?: boolean }

function pacingOf({ rate, dailyCap, warmUp }: PacingOptions) {
  return {
    ...(rate !== undefined && { ratePerMinute: rate }),
    ...(dailyCap !== undefined && { dailyCap: dailyCap === 'off' ? null : dailyCap }),
    ...(warmUp !== undefined && { warmUp }),
  }
}

// Commander makes an empty text of null.
function countOrOff(text: string): number | 'off' {
  if (text === 'off') return text
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`expected a whole number or 'off', got '${text}'`)
}

async function set(context: CommandContext, id: string, options: SetOptions): Promise<ExitCode> {
  const changes = {
    ...pacingOf(options),
    ...(typeof options.proxy === 'string' && { proxy: options.proxy }),
    ...(options.proxy === false && { proxy: null }),
  }
  if (Object.keys(changes).length === 0)
    throw new CarillonError(
      'invalid',
      'expected something to set: --rate, --daily-cap, --warm-up or --no-warm-up, --proxy or --no-proxy',
    )
  const account = await (await context.client()).accounts.set(id, changes)
  if (context.isJson) return printJson(context, account)
  context.io.out(
    `Account '${id}' sends ${limitText(account)}${account.proxy === null ? '' : ` by way of ${account.proxy}`}.`,
  )
  return exitCodes.ok
}

async function show(context: CommandContext, id: string): Promise<ExitCode> {
  const { io } = context
  const account = await (await context.client()).accounts.show(id)
  if (context.isJson) return printJson(context, account)
  io.out(
    fields([
      ['Account', context.style.bold(account.id)],
      ['State', `${stateCell(context, account)}, ${relative(account.stateSince, io.now())}`],
      ['What to do', accountSituation(account).remedy],
      ['Limit', limitText(account)],
      ['Proxy', account.proxy ?? undefined],
      ['Sent', `${account.sentLastDay} in the last 24 hours`],
      ['Linked', account.linkedAt === null ? undefined : relative(account.linkedAt, io.now())],
      ['Groups', String(account.groups)],
      ['Lock', account.lockHolder ?? undefined],
    ]),
  )
  return exitCodes.ok
}

/** `40/min, 20/day (warm-up)` */
function limitText({ ratePerMinute, dailyCapNow, warmUp }: AccountView): string {
  return [
    `${ratePerMinute}/min`,
    dailyCapNow === null ? [] : `${dailyCapNow}/day${warmUp ? ' (warm-up)' : ''}`,
  ]
    .flat()
    .join(', ')
}

async function add(context: CommandContext, id: string, options: AddOptions): Promise<ExitCode> {
  const client = await context.client()
  const account = await client.accounts.add({
    id,
    ...pacingOf(options),
    ...(options.proxy !== undefined && { proxy: options.proxy }),
  })
  if (context.isJson) return printJson(context, account)
  context.io.out(`Added account '${id}' (${limitText(account)} at most).`)
  context.io.out(`Link it to a phone: carillon account pair ${id}`)
  return exitCodes.ok
}

async function list(context: CommandContext): Promise<ExitCode> {
  const { io, style, isJson } = context
  const accounts = await (await context.client()).accounts.list()
  if (isJson) return printJson(context, { accounts })
  if (accounts.length === 0) return print(context, 'No accounts yet. Add one: carillon account add <id>')
  const rows = accounts.map((account) => [
    style.bold(account.id),
    stateCell(context, account),
    relative(account.stateSince, io.now()),
    String(account.groups),
    limitText(account),
    accountSituation(account).remedy ?? '',
  ])
  io.out(table(['ACCOUNT', 'STATE', 'SINCE', 'GROUPS', 'LIMIT', 'WHAT TO DO'], rows))
  return exitCodes.ok
}

function stateCell({ style }: CommandContext, account: AccountView): string {
  const { isFine, text } = accountSituation(account)
  return isFine ? style.green(text) : style.yellow(text)
}

async function setPaused(
  context: CommandContext,
  id: string,
  paused: boolean,
  options: ActOptions,
): Promise<ExitCode> {
  const { accounts } = await context.client()
  const wanted = signalOptions(options)
  const confirmation = await (paused ? accounts.pauseSends(id, wanted) : accounts.resumeSends(id, wanted))
  const state = confirmation.state.pausedReason === null ? 'free to send' : 'paused'
  return reportConfirmation(context, { confirmation, what: `Account '${id}'`, state, done: true })
}
