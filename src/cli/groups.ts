import { Command } from 'commander'
import { CarillonError } from '../client/errors.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import { print, printJson, type Act, type Session } from './io.js'
import { printable } from './printable.js'
import { table } from './table.js'
import { relative } from './times.js'

export function groupsCommands(act: Act): Command {
  const groups = new Command('groups').description('the groups that an account is in')
  groups
    .command('list')
    .description('names, JIDs and sizes; names can be used in `to`')
    .option('--account <id>', 'of this account (needed when you have several)')
    .action(async (options: { account?: string }) => await act((session) => list(session, options)))
  return groups
}

async function list(session: Session, { account }: { account?: string }): Promise<ExitCode> {
  const { io, style, isJson } = session
  const client = await session.client()
  const accountId = account ?? (await onlyAccount(session))
  const groups = await client.groups.list(accountId)
  if (isJson) return printJson(session, { account: accountId, groups })
  const [first] = groups
  if (first === undefined)
    return print(
      session,
      `No groups are known of account '${accountId}': they are read when it connects, and when it joins one.`,
    )
  io.out(
    table(
      ['GROUP', 'MEMBERS', 'JID'],
      groups.map((group) => [style.bold(printable(group.subject)), String(group.participants), group.jid]),
    ),
  )
  io.out(style.dim(`\n${groups.length} groups, as of ${relative(first.fetchedAt, io.now())}`))
  return exitCodes.ok
}

async function onlyAccount(session: Session): Promise<string> {
  const accounts = await (await session.client()).accounts.list()
  const [only] = accounts
  if (only !== undefined && accounts.length === 1) return only.id
  throw only === undefined
    ? new CarillonError('not_found', 'There is no account yet. Add one: carillon account add <id>')
    : new CarillonError(
        'invalid',
        `Say which account: --account ${accounts.map((one) => one.id).join(' | ')}`,
      )
}
