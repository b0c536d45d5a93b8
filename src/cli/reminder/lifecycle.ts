import type { Command } from 'commander'
import { isFinalReminder } from '../../domain/states.js'
import { reportConfirmation } from '../confirmation.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type Act, type CommandContext } from '../io.js'
import { actOptions, pageOptions, signalOptions, type ActOptions } from '../options.js'
import { printHistory } from './history.js'
import { relative, shortMoment } from '../../words/times.js'

/** The commands of a reminder that exists, each for one key. */
export function lifecycleCommands(reminder: Command, act: Act): void {
  actOptions(reminder.command('snooze <key>'))
    .description('move one occurrence to another time; the others stay where they are')
    .option('--occurrence <time>', 'which one, by the time that the calendar has (the next)')
    .option('--until <time>', '"tomorrow 10:00", 2026-11-24T09:00')
    .option('--by <duration>', 'this long after its time: 30m, 1h30m')
    .action(
      async (key: string, options: SnoozeFlags) => await act((context) => snooze(context, key, options)),
    )
  actOptions(reminder.command('skip <key>'))
    .description('leave one occurrence out')
    .option('--occurrence <time>', 'which one, so that running it twice skips one (the next)')
    .action(async (key: string, options: SkipFlags) => await act((context) => skip(context, key, options)))
  actOptions(reminder.command('fire <key>'))
    .description('send it now, beside its schedule')
    .action(async (key: string, options: ActOptions) => await act((context) => fire(context, key, options)))
  actOptions(reminder.command('pause <key>'))
    .description('hold it, with its run if one is under way')
    .option('--until <time>', 'when it resumes by itself: "monday 08:00"')
    .action(
      async (key: string, options: PauseFlags) =>
        await act((context) => change(context, { key, verb: 'pause', options })),
    )
  for (const [verb, description] of [
    ['resume', 'let it go on'],
    ['cancel', 'end it; what was not sent stays unsent'],
    ['delete', 'end it and take it out of the lists; its history stays'],
  ] as const)
    actOptions(reminder.command(`${verb} <key>`))
      .description(description)
      .action(
        async (key: string, options: ActOptions) =>
          await act((context) => change(context, { key, verb, options })),
      )
  pageOptions(reminder.command('history <key>'))
    .description('who did what, when and why, and what became of each occurrence')
    .action(
      async (key: string, options: { limit?: number; cursor?: string }) =>
        await act(async (context) => {
          const { reminders } = await context.client()
          return printHistory(context, await reminders.history(key, options))
        }),
    )
}

type SnoozeFlags = ActOptions & { occurrence?: string; until?: string; by?: string }
type SkipFlags = ActOptions & { occurrence?: string }
type PauseFlags = ActOptions & { until?: string }

async function snooze(
  context: CommandContext,
  key: string,
  { occurrence: named, until, by, ...options }: SnoozeFlags,
): Promise<ExitCode> {
  const { io, style, isJson } = context
  const { reminders } = await context.client()
  const snoozed = await reminders.snooze(key, {
    ...signalOptions(options),
    ...(named !== undefined && { occurrence: named }),
    ...(until !== undefined && { until }),
    ...(by !== undefined && { by }),
  })
  if (isJson) return printJson(context, snoozed)
  const now = io.now()
  const moment = (at: string) => shortMoment(new Date(at), { zone: snoozed.zone, now })
  const { occurrence, nextFire } = snoozed
  const isBack = occurrence === nextFire
  const done = isBack ? 'at its own time again' : `snoozed until ${moment(nextFire)}`
  io.out(
    `Reminder '${key}': the occurrence of ${moment(occurrence)} is ${style.bold(done)} (${snoozed.zone}), ${relative(new Date(nextFire), now)}`,
  )
  return exitCodes.ok
}

async function skip(
  context: CommandContext,
  key: string,
  { occurrence, ...options }: SkipFlags,
): Promise<ExitCode> {
  const { io, style, isJson } = context
  const { reminders } = await context.client()
  const skipped = await reminders.skip(key, {
    ...signalOptions(options),
    ...(occurrence !== undefined && { occurrence }),
  })
  if (isJson) return printJson(context, skipped)
  const now = io.now()
  const moment = (at: string) => shortMoment(new Date(at), { zone: skipped.zone, now })
  const { kind, nextFire } = skipped
  const next = nextFire === undefined ? 'none is to come' : `next on ${moment(nextFire)} (${skipped.zone})`
  io.out(
    kind === 'already'
      ? `Reminder '${key}': the occurrence of ${moment(skipped.occurrence)} is over or skipped already; ${next}`
      : `Reminder '${key}': the occurrence of ${moment(skipped.occurrence)} is ${style.bold('skipped')}; ${next}`,
  )
  return exitCodes.ok
}

async function fire(context: CommandContext, key: string, options: ActOptions): Promise<ExitCode> {
  const { io, style, isJson } = context
  const { reminders } = await context.client()
  const fired = await reminders.fire(key, signalOptions(options))
  const { confirmed, already = false, runId } = fired
  const exitCode = confirmed ? exitCodes.ok : exitCodes.notRunning
  if (isJson) {
    printJson(context, { confirmed, already, ...(runId !== undefined && { runId }), state: fired.state })
    return exitCode
  }
  if (!confirmed)
    io.err(
      `Reminder '${key}': the signal is delivered, and no worker has confirmed it yet (is it running? \`carillon doctor\`)`,
    )
  else if (runId === undefined) io.out(`Reminder '${key}' had ended before: it is ${fired.state.state}`)
  else {
    io.out(
      already
        ? `Reminder '${key}' is ${style.bold('being sent already')}: ${runId}`
        : `Reminder '${key}' is ${style.bold('being sent')}: ${runId}`,
    )
    io.out(style.dim(`  carillon run watch ${runId}`))
  }
  return exitCode
}

async function change(
  context: CommandContext,
  {
    key,
    verb,
    options: { until, ...options },
  }: { key: string; verb: 'pause' | 'resume' | 'cancel' | 'delete'; options: PauseFlags },
): Promise<ExitCode> {
  const { reminders } = await context.client()
  const confirmation = await reminders[verb](key, {
    ...signalOptions(options),
    ...(until !== undefined && { until }),
  })
  const { state, pausedUntil, deletedAt, definition } = confirmation.state
  const isDeleted = verb === 'delete' && deletedAt !== null
  const done = isDeleted || (verb === 'cancel' ? state === 'canceled' : !isFinalReminder(state))
  const { zone } = definition.schedule
  const what = `Reminder '${key}'`
  const shown =
    state === 'paused' && pausedUntil !== null
      ? `paused until ${shortMoment(pausedUntil, { zone, now: context.io.now() })} (${zone})`
      : state
  return reportConfirmation(context, { confirmation, what, state: isDeleted ? 'deleted' : shown, done })
}
