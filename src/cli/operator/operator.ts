import { Command } from 'commander'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type Act, type CommandContext } from '../io.js'
import { table } from '../table.js'
import { relative } from '../../words/times.js'

export function operatorCommands(act: Act): Command {
  const operator = new Command('operator').description('who owns accounts, reminders and webhooks')
  operator
    .command('add <id>')
    .description('add an operator: a–z, 0–9 and single -, 20 characters at most')
    .action(async (id: string) => await act((context) => add(context, id)))
  operator
    .command('list')
    .description('all operators')
    .action(async () => await act(list))
  return operator
}

async function add(context: CommandContext, id: string): Promise<ExitCode> {
  const operator = await (await context.client()).operators.add(id)
  if (context.isJson) return printJson(context, { operator })
  context.io.out(`Added operator ${id}.`)
  context.io.out(`Give it a token: CARILLON_OPERATOR=${id} carillon token create owner --role owner`)
  return exitCodes.ok
}

async function list(context: CommandContext): Promise<ExitCode> {
  const { io, style, isJson } = context
  const operators = await (await context.client()).operators.list()
  if (isJson) return printJson(context, { operators })
  const rows = operators.map(({ id, accounts, tokens, createdAt }) => [
    style.bold(id),
    String(accounts),
    String(tokens),
    relative(createdAt, io.now()),
  ])
  io.out(table(['OPERATOR', 'ACCOUNTS', 'TOKENS', 'ADDED'], rows))
  return exitCodes.ok
}
