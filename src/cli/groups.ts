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
  groups
    .command('refresh [account]')
    .description('read them from WhatsApp anew, now (the account is needed when you have several)')
    .action(async (account: string | undefined) => await act((session) => refresh(session, account)))
  return groups
}

async function refresh(session: Session, account: string | undefined): Promise<ExitCode> {
  const client = await session.client()
  const accountId = account ?? (await onlyAccount(session))
  const groups = await client.groups.refresh(accountId)
  if (session.isJson) return printJson(session, { account: accountId, groups })
  const count = groups.length === 1 ? '1 group' : `${groups.length} groups`
  return print(session, `Account '${accountId}' is in ${groups.length === 0 ? 'no groups' : count}.`)
}

async function list(session: Session, { account }: { account?: string }): Promise<ExitCode> {
  const { io, style, isJson } = session
  const client = await session.client()
  const accountId = account ?? (await onlyAccount(session))
  const groups = await client.groups.list(accountId)
  if (isJson) return printJson(session, { account: accountId, groups })
  const [first] = groups
  if (first === undefined) return print(session, await whyNone(session, accountId))
  io.out(
    table(
      ['GROUP', 'MEMBERS', 'JID'],
      groups.map((group) => [style.bold(printable(group.subject)), String(group.participants), group.jid]),
    ),
  )
  io.out(style.dim(`\n${groups.length} groups, as of ${relative(first.fetchedAt, io.now())}`))
  const { readAt } = await client.groups.read(accountId)
  if (readAt === null) io.err('Not all were read yet: there may be more. See `carillon doctor`.')
  return exitCodes.ok
}

async function whyNone(session: Session, accountId: string): Promise<string> {
  const { readAt } = await (await session.client()).groups.read(accountId)
  if (readAt !== null) return `Account '${accountId}' is in no groups.`
  return `No groups are known of account '${accountId}': they are read when it connects. See \`carillon doctor\`.`
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
