import { Command } from 'commander'
import { cannotPostText } from '../domain/groups.js'
import { CarillonError } from '../client/errors.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import { print, printJson, type Act, type CommandContext } from './io.js'
import { printable } from '../words/printable.js'
import { table } from './table.js'
import { relative } from '../words/times.js'

export function groupsCommands(act: Act): Command {
  const groups = new Command('groups').description('the groups that an account is in')
  groups
    .command('list')
    .description('names, JIDs and sizes; names can be used in `to`')
    .option('--account <id>', 'of this account (needed when you have several)')
    .action(async (options: { account?: string }) => await act((context) => list(context, options)))
  groups
    .command('refresh [account]')
    .description('read them from WhatsApp anew, now (the account is needed when you have several)')
    .action(async (account: string | undefined) => await act((context) => refresh(context, account)))
  return groups
}

async function refresh(context: CommandContext, account: string | undefined): Promise<ExitCode> {
  const client = await context.client()
  const accountId = account ?? (await onlyAccount(context))
  const groups = await client.groups.refresh(accountId)
  if (context.isJson) return printJson(context, { account: accountId, groups })
  const count = groups.length === 1 ? '1 group' : `${groups.length} groups`
  return print(context, `Account '${accountId}' is in ${groups.length === 0 ? 'no groups' : count}.`)
}

async function list(context: CommandContext, { account }: { account?: string }): Promise<ExitCode> {
  const { io, style, isJson } = context
  const client = await context.client()
  const accountId = account ?? (await onlyAccount(context))
  const groups = await client.groups.list(accountId)
  if (isJson) return printJson(context, { account: accountId, groups })
  const [first] = groups
  if (first === undefined) return print(context, await whyNone(context, accountId))
  io.out(
    table(
      ['GROUP', 'MEMBERS', 'JID', 'CAN NOT BE WRITTEN TO'],
      groups.map((group) => [
        style.bold(printable(group.subject)),
        String(group.participants),
        group.jid,
        group.cannotPost === null ? '' : cannotPostText[group.cannotPost],
      ]),
    ),
  )
  io.out(style.dim(`\n${groups.length} groups, as of ${relative(first.fetchedAt, io.now())}`))
  const { readAt } = await client.groups.read(accountId)
  if (readAt === null) io.err('Not all were read yet: there may be more. See `carillon doctor`.')
  return exitCodes.ok
}

async function whyNone(context: CommandContext, accountId: string): Promise<string> {
  const { readAt } = await (await context.client()).groups.read(accountId)
  if (readAt !== null) return `Account '${accountId}' is in no groups.`
  return `No groups are known of account '${accountId}': they are read when it connects. See \`carillon doctor\`.`
}

async function onlyAccount(context: CommandContext): Promise<string> {
  const accounts = await (await context.client()).accounts.list()
  const [only] = accounts
  if (only !== undefined && accounts.length === 1) return only.id
  throw only === undefined
    ? new CarillonError('not_found', 'There is no account yet. Add one: carillon account add <id>')
    : new CarillonError(
        'invalid',
        `Say which account: --account ${accounts.map((one) => one.id).join(' | ')}`,
      )
}
