import type { RetryFailedResult } from '../../client/runs/retry-failed.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'

export function printRetry(context: CommandContext, result: RetryFailedResult): ExitCode {
  const { io, style, isJson } = context
  if (isJson) return printJson(context, result)
  const { id, state } = result.run
  switch (result.kind) {
    case 'retried': {
      const targets = result.targets === 1 ? '1 failed target' : `${result.targets} failed targets`
      io.out(`Run '${id}' sends to ${style.bold(targets)} again, until ${result.deadline}`)
      io.out(style.dim(`Follow it: carillon run watch ${id}`))
      break
    }
    case 'already':
      io.out(`Run '${id}' is sending to its failed targets again already (${state})`)
      break
    case 'nothing':
      io.out(`Run '${id}' is ${style.bold(state)}: no target has failed, so there is nothing to send again`)
      break
  }
  return exitCodes.ok
}
