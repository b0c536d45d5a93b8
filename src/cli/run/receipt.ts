import type { ReceiptAnswer } from '../../client/runs/receipt.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { print, printJson, type CommandContext } from '../io.js'
import { fields, table } from '../table.js'

export function printReceipt(context: CommandContext, runId: string, answer: ReceiptAnswer): ExitCode {
  const { io, style, isJson } = context
  if (isJson) return printJson(context, answer)
  if (answer.kind === 'pending')
    return print(
      context,
      answer.hasEnded
        ? `The receipt of run '${runId}' is not written yet: that takes a minute.`
        : `Run '${runId}' has not ended: its receipt is written when it has.`,
    )
  const { hash, entry } = answer.receipt
  io.out(
    fields([
      ['Run', style.bold(entry.run)],
      ['State', entry.state],
      ['Ended', entry.finishedAt],
      ['Row', `${entry.seq} of the chain of '${entry.operator}'`],
      ['Hash', hash],
      ['Content', entry.content],
    ]),
  )
  const rows = entry.targets.flatMap(({ to, state, failure, sends }) =>
    (sends.length === 0 ? [undefined] : sends).map((send) => [
      to.slice(0, 12),
      state,
      send?.id ?? '',
      send?.ackedAt ?? send?.state ?? '',
      send?.failure ?? failure ?? '',
    ]),
  )
  if (rows.length > 0) io.out(`\n${table(['TO', 'STATE', 'MESSAGE', 'ACKNOWLEDGED', 'WHY'], rows)}`)
  return exitCodes.ok
}
