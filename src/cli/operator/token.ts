import { Command } from 'commander'
import { mostAccountsOfToken, roles, type Role } from '../../domain/access.js'
import type { TokenView } from '../../store/operators/tokens.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type Act, type CommandContext } from '../io.js'
import { durationMs, listQuery, pageOptions, repeated, type ListOptions } from '../options.js'
import { table } from '../table.js'
import { relative } from '../../words/times.js'

type CreateOptions = { role: Role; expires?: number; account?: string[] }
type RevokeOptions = { reason?: string }

export function tokenCommands(act: Act): Command {
  const token = new Command('token').description('what programs and people use the HTTP API with')
  token
    .command('create <name>')
    .description(
      'make a token and show it, this once; the name says who it is in the audit (a–z, 0–9 and -, and no name of a person: it is stored in Temporal)',
    )
    .requiredOption('--role <role>', `${roles.join(', ')}: each may do what those before it may`)
    .option(
      '--expires <duration>',
      'how long it can be used, such as 90d; for ever when not given',
      durationMs,
    )
    .option(
      '--account <id>',
      `an account that it is for (repeatable, ${mostAccountsOfToken} at most); all when not given`,
      repeated,
    )
    .action(
      async (name: string, options: CreateOptions) => await act((context) => create(context, name, options)),
    )
  pageOptions(token.command('list').description('all tokens, the newest first')).action(
    async (options: ListOptions<never>) => await act((context) => list(context, options)),
  )
  token
    .command('revoke <name>')
    .description('refuse a token from now on, and sign out the browsers that signed in with it (name or id)')
    .option('--reason <text>', 'why, for those who look at the audit later')
    .action(
      async (name: string, options: RevokeOptions) => await act((context) => revoke(context, name, options)),
    )
  return token
}

async function create(
  context: CommandContext,
  name: string,
  { role, expires, account }: CreateOptions,
): Promise<ExitCode> {
  const { tokens } = await context.client()
  const { token, secret } = await tokens.create({
    name,
    role,
    ...(expires !== undefined && { lastsMs: expires }),
    ...(account !== undefined && { accounts: account }),
  })
  if (context.isJson) return printJson(context, { token, secret })
  context.io.out(`Made token ${name} (${token.id}).`)
  context.io.out(`Shown this once: ${secret}`)
  context.io.out(
    'Keep it where programs keep secrets, in CARILLON_TOKEN for example, and out of command lines.',
  )
  return exitCodes.ok
}

async function list(context: CommandContext, options: ListOptions<never>): Promise<ExitCode> {
  const { io, style, isJson } = context
  const page = await (await context.client()).tokens.list(listQuery(options))
  if (isJson) return printJson(context, page)
  if (page.items.length === 0)
    return print(context, 'No tokens yet. Make one: carillon token create <name> --role viewer')
  const rows = page.items.map((token) => [
    style.bold(token.name),
    token.isValid ? style.green('valid') : style.yellow(whyInvalid(token)),
    token.role,
    token.accounts?.join(' ') ?? 'all',
    token.expiresAt === null ? 'never' : relative(token.expiresAt, io.now()),
    token.lastUsedAt === null ? 'never' : relative(token.lastUsedAt, io.now()),
    token.id,
  ])
  io.out(table(['TOKEN', 'STATE', 'ROLE', 'ACCOUNTS', 'EXPIRES', 'LAST USED', 'ID'], rows))
  hintNextPage(context, page)
  return exitCodes.ok
}

function whyInvalid({ revokedAt }: TokenView): string {
  return revokedAt === null ? 'expired' : 'revoked'
}

async function revoke(context: CommandContext, name: string, { reason }: RevokeOptions): Promise<ExitCode> {
  const { tokens } = await context.client()
  const token = await tokens.revoke(name, reason === undefined ? {} : { reason })
  if (context.isJson) return printJson(context, { token })
  context.io.out(`Token ${token.name} is revoked${token.already === true ? ' already' : ''}.`)
  return exitCodes.ok
}
