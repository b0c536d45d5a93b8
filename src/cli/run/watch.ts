import { pause } from '../../pause.js'
import { CarillonError } from '../../client/errors.js'
import type { RunProgress } from '../../client/runs/progress.js'
import { isFinalReminder } from '../../domain/states.js'
import type { ReminderView } from '../../store/views/reminders.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandClient, type CommandContext } from '../io.js'
import { ProgressBar } from '../progress-bar.js'
import { countsText, progressLine, tookText } from './output.js'
import { relative } from '../../words/times.js'

const lineEveryMs = 5_000

/** Follows a run, or the next run of a reminder, until its end. Ctrl-C stops the watching, not the run. */
export async function watch(context: CommandContext, text: string): Promise<ExitCode> {
  const { io } = context
  const client = await context.client()
  const runId = text.startsWith('run:') ? text : await nextRun(context, client, text)
  if (runId === undefined) return exitCodes.interrupted
  const view = progressView(context)
  let last: RunProgress | undefined
  try {
    for await (const progress of client.runs.watch(runId, { signal: io.signal })) {
      last = progress
      view.show(progress)
    }
  } finally {
    view.stop()
  }
  if (last === undefined || io.signal.aborted) return exitCodes.interrupted
  if (!context.isJson) report(context, last)
  return last.run.state === 'completed' ? exitCodes.ok : exitCodes.notDelivered
}

export type ProgressView = { show: (progress: RunProgress) => void; stop: () => void }

/** A bar for a terminal, a line at times for a log, each change for a program. */
export function progressView(context: CommandContext): ProgressView {
  const { io, isJson } = context
  if (!isJson && io.terminal !== undefined) {
    const bar = new ProgressBar(io.terminal)
    return { show: (progress) => bar.show(progress), stop: () => bar.stop() }
  }
  let shown = ''
  let shownAt = 0
  return {
    show: (progress) => {
      // Times left change with every look; a line for each would be noise.
      const {
        etaMs: _eta,
        finishesAt: _end,
        ratePerMinute: _rate,
        unsentAtDeadline: _unsent,
        ...facts
      } = progress
      const key = isJson ? JSON.stringify(facts) : `${progress.run.state} ${progress.waitsFor ?? ''}`
      const isDue = !isJson && Date.now() - shownAt >= lineEveryMs
      if (key === shown && !isDue) return
      shown = key
      shownAt = Date.now()
      if (isJson) printJson(context, progress)
      else io.out(progressLine(progress))
    },
    stop: () => {},
  }
}

/** Waits for the reminder's run to begin. Undefined when interrupted. */
async function nextRun(
  context: CommandContext,
  client: CommandClient,
  key: string,
): Promise<string | undefined> {
  const { io } = context
  const line = waitingLine(context)
  try {
    while (!io.signal.aborted) {
      const reminder = await client.reminders.show(key)
      const [latest] = reminder.runs
      if (latest !== undefined) return latest.id
      if (isFinalReminder(reminder.state)) throw hadNoRun(reminder)
      const due = reminder.nextFire === null ? '' : `, due ${relative(reminder.nextFire, io.now())}`
      line.show(`Reminder '${key}' is ${reminder.state}`, due)
      await pause(500, io.signal)
    }
    return undefined
  } finally {
    line.clear()
  }
}

/** One line that changes in place on a terminal; elsewhere a line for each state, without the time that runs down. */
function waitingLine({ io, isJson }: CommandContext) {
  let shown = ''
  return {
    show: (state: string, due: string) => {
      const line = io.terminal === undefined ? state : `${state}${due}`
      if (isJson || line === shown) return
      shown = line
      if (io.terminal === undefined) io.out(`${state}${due}`)
      else io.terminal.write(`\r\u001b[K${line}`)
    },
    clear: () => {
      if (shown !== '') io.terminal?.write('\r\u001b[K')
    },
  }
}

function hadNoRun({ key, state, reason }: ReminderView): CarillonError {
  const why = reason === null ? '' : `: ${reason}`
  return new CarillonError('ended', `Reminder '${key}' is over (${state}${why}) and had no run.`)
}

function report({ io, style }: CommandContext, progress: RunProgress): void {
  const { run } = progress
  const isGood = run.state === 'completed'
  const took = tookText(run)
  const line = `${isGood ? '✔' : '✖'} ${run.state}: ${countsText(progress)}${took === '' ? '' : `, in ${took}`}`
  io.out(isGood ? style.green(line) : style.red(line))
  if (!isGood) io.out(`Why: carillon run show ${run.id}`)
}
