import type { Left } from '../../client/accounts/leaving.js'
import { unlinkedHereAdvice } from '../../domain/accounts/leaving.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'
import { signalOptions, type ActOptions } from '../options.js'

export type LeavingFlags = ActOptions & { force?: boolean }

export async function unlink(context: CommandContext, id: string, flags: LeavingFlags): Promise<ExitCode> {
  const { io, style, isJson } = context
  const left = await (await context.client()).accounts.unlink(id, leavingOptions(flags))
  const { confirmed, already = false, forced = false } = left
  if (isJson) printJson(context, { confirmed, already, forced, state: left.state })
  else if (!confirmed) io.err(notYet(id, left, 'unlinked'))
  else if (already) io.out(`Account '${id}' is ${style.bold('unlinked')} already`)
  else {
    io.out(`Account '${id}' is ${style.bold('unlinked')}`)
    io.out(forced ? unlinkedHereAdvice : style.dim(`  carillon account pair ${id}`))
  }
  return confirmed ? exitCodes.ok : exitCodes.notRunning
}

export async function remove(
  context: CommandContext,
  id: string,
  { yes = false, ...flags }: LeavingFlags & { yes?: boolean },
): Promise<ExitCode> {
  const { io, style, isJson } = context
  const { accounts } = await context.client()
  if (!yes) {
    const preview = await accounts.previewRemoval(id)
    if (isJson) printJson(context, { confirmed: false, ...preview })
    else
      io.err(
        `To remove account '${id}' takes its device off, pauses ${count(preview.reminders, 'reminder')} and cancels ${count(preview.runs, 'run')}. Nothing was done: add --yes to do it.`,
      )
    return exitCodes.invalid
  }
  const removal = await accounts.remove(id, leavingOptions(flags))
  const { confirmed, already = false, forced = false, reminders, runs, state } = removal
  if (isJson) printJson(context, { confirmed, already, forced, reminders, runs, state })
  else if (!confirmed) io.err(notYet(id, removal, 'removed'))
  else if (already) io.out(`Account '${id}' is ${style.bold('removed')} already`)
  else {
    io.out(`Account '${id}' is ${style.bold('removed')}: ${countsText({ reminders, runs })}`)
    if (reminders > 0)
      io.out(
        style.dim(
          '  carillon reminder edit <key> --account <id>, and reminder resume <key>, for each of them',
        ),
      )
  }
  if (!isJson && forced) io.err(unlinkedHereAdvice)
  return confirmed ? exitCodes.ok : exitCodes.notRunning
}

function leavingOptions({ force, ...options }: LeavingFlags) {
  return { ...signalOptions(options), ...(force !== undefined && { force }) }
}

function notYet(id: string, { state }: Left, what: 'unlinked' | 'removed'): string {
  const { leaving, stateDetail } = state
  if (leaving === null)
    return `Account '${id}' is not ${what} yet: the signal is delivered, and the worker has not confirmed it yet (is it running? \`carillon doctor\`)`
  const why = stateDetail === null ? '' : ` ${stateDetail}`
  return `Account '${id}' is not ${what} yet; it goes on by itself.${why} With --force, the keys are forgotten here without WhatsApp.`
}

type Held = { reminders: number; runs: number }

function countsText({ reminders, runs }: Held): string {
  return `${count(reminders, 'reminder')} paused, ${count(runs, 'run')} canceled`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
