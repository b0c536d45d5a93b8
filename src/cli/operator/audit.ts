import { Command } from 'commander'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type Act, type CommandContext } from '../io.js'
import { listQuery, pageOptions, type ListOptions } from '../options.js'
import { printable } from '../../words/printable.js'
import { table } from '../table.js'
import { relative } from '../../words/times.js'

export function auditCommand(act: Act): Command {
  const audit = new Command('audit').description('who asked for what, when and why: the latest first')
  return pageOptions(audit).action(
    async (options: ListOptions<never>) => await act((context) => list(context, options)),
  )
}

async function list(context: CommandContext, options: ListOptions<never>): Promise<ExitCode> {
  const { io, isJson } = context
  const page = await (await context.client()).audit.list(listQuery(options))
  if (isJson) return printJson(context, page)
  if (page.items.length === 0) return print(context, 'Nothing was asked for yet.')
  const rows = page.items.map(({ at, by, action, subject, reason }) => [
    relative(at, io.now()),
    printable(by ?? 'somebody'),
    printable(action),
    printable(subject),
    printable(reason ?? ''),
  ])
  io.out(table(['WHEN', 'WHO', 'WHAT', 'OF', 'WHY'], rows))
  hintNextPage(context, page)
  return exitCodes.ok
}
