import { Command } from 'commander'
import { CarillonError } from '../../client/errors.js'
import type { SentPerHourQuery } from '../../client/runs/sent-per-hour.js'
import { isFinalRun, runSorts, type RunSort, type RunState, type TargetState } from '../../domain/states.js'
import { reportConfirmation } from '../confirmation.js'
import type { ExitCode } from '../exit-codes.js'
import type { Act, CommandContext } from '../io.js'
import {
  actOptions,
  listOptions,
  listQuery,
  orderOptions,
  searchOptions,
  signalOptions,
  type ActOptions,
  type ListOptions,
} from '../options.js'
import { printRun, printRuns } from './output.js'
import { printPerHour } from './per-hour.js'
import { printReceipt } from './receipt.js'
import { printRetry } from './retry-output.js'

type RunListOptions = ListOptions<RunState, RunSort> & { reminder?: string }

export function runCommands(act: Act): Command {
  const run = new Command('run').description(
    'deliveries; <run> is a run id, or a reminder key for its latest run',
  )
  orderOptions(listOptions(run.command('list'), 'runs'), runSorts)
    .option('--reminder <key>', 'only those of this reminder')
    .description('by when they were due')
    .action(async (options: RunListOptions) => await act((context) => list(context, options)))
  run
    .command('watch <run>')
    .description(
      'follow it to its end, with progress, rate and time left; a scheduled reminder is waited for',
    )
    .action(
      async (run: string) =>
        await act(async (context) => {
          const { watch } = await import('./watch.js')
          return await watch(context, run)
        }),
    )
  run
    .command('per-hour')
    .description('messages sent in each hour of the last 24')
    .option('--account <account>', 'only what this account has sent')
    .option('--zone <zone>', 'the clock whose hours they are (that of this machine)')
    .action(async (options: SentPerHourQuery) => await act((context) => perHour(context, options)))
  searchOptions(listOptions(run.command('show <run>'), 'targets'), 'the name of the group, or the number')
    .description('counts, reasons and targets')
    .action(
      async (run: string, options: ListOptions<TargetState>) =>
        await act((context) => show(context, run, options)),
    )
  run
    .command('receipt <run>')
    .description('what was sent to whom, as it is in the chain of receipts: once it has ended')
    .action(async (id: string) => await act((context) => receipt(context, id)))
  for (const [verb, description] of [
    ['pause', 'stop before the next message'],
    ['resume', 'go on with the first message that was not sent'],
    ['cancel', 'end this run; what was not sent is skipped'],
  ] as const)
    actOptions(run.command(`${verb} <run>`))
      .description(description)
      .action(
        async (id: string, options: ActOptions) =>
          await act((context) => change(context, { id, verb, options })),
      )
  actOptions(run.command('retry-failed <run>'))
    .description('send to the failed targets of a run that has ended again, under its id')
    .action(
      async (id: string, options: ActOptions) => await act((context) => retryFailed(context, id, options)),
    )
  return run
}

async function list(context: CommandContext, { reminder, ...options }: RunListOptions): Promise<ExitCode> {
  const { runs } = await context.client()
  return printRuns(
    context,
    await runs.list({ ...listQuery(options), ...(reminder !== undefined && { key: reminder }) }),
  )
}

async function perHour(context: CommandContext, query: SentPerHourQuery): Promise<ExitCode> {
  const { runs } = await context.client()
  return printPerHour(context, await runs.sentPerHour(query))
}

async function show(
  context: CommandContext,
  run: string,
  options: ListOptions<TargetState>,
): Promise<ExitCode> {
  const { runs } = await context.client()
  return printRun(context, await runs.show(await runIdOf(context, run), listQuery(options)))
}

async function receipt(context: CommandContext, id: string): Promise<ExitCode> {
  const { runs } = await context.client()
  const runId = await runIdOf(context, id)
  return printReceipt(context, runId, await runs.receipt(runId))
}

async function change(
  context: CommandContext,
  { id, verb, options }: { id: string; verb: 'pause' | 'resume' | 'cancel'; options: ActOptions },
): Promise<ExitCode> {
  const { runs } = await context.client()
  const runId = await runIdOf(context, id)
  const confirmation = await runs[verb](runId, signalOptions(options))
  const { state } = confirmation.state
  const done = verb === 'cancel' ? state !== 'completed' : !isFinalRun(state)
  return reportConfirmation(context, { confirmation, what: `Run '${runId}'`, state, done })
}

async function retryFailed(context: CommandContext, id: string, options: ActOptions): Promise<ExitCode> {
  const { runs } = await context.client()
  return printRetry(context, await runs.retryFailed(await runIdOf(context, id), signalOptions(options)))
}

/** A run id as it is; for a reminder key, its latest run. */
async function runIdOf(context: CommandContext, text: string): Promise<string> {
  if (text.startsWith('run:')) return text
  const { reminders } = await context.client()
  const { state, runs } = await reminders.show(text)
  const [latest] = runs
  if (latest !== undefined) return latest.id
  throw new CarillonError(
    'not_found',
    `Reminder '${text}' (${state}) has no run yet: \`carillon reminder show ${text}\``,
  )
}
