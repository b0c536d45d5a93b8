import type { Preview } from '../../client/preview/reminder.js'
import type { ReminderSummary } from '../../client/reminders/summary.js'
import type { RunProgress } from '../../client/runs/progress.js'
import { isFinalRun, targetStates } from '../../domain/states.js'
import type { Page } from '../../store/page.js'
import type { RunView } from '../../store/views/runs.js'
import { printable, printableLines } from '../../words/printable.js'
import { clock, relative, shortMoment } from '../../words/times.js'

/** What is said in a chat: plain text, a line for each thing, since a phone is narrow. */

export function remindersText({ items, next }: Page<ReminderSummary>, now: Date): string {
  if (items.length === 0) return 'No reminders.'
  const lines = items.map((reminder) => `${reminder.key}: ${whenText(reminder, now)}. ${reminder.words}`)
  return [...lines, ...(next === undefined ? [] : ['There are more: carillon reminder list.'])].join('\n')
}

function whenText({ state, nextFire, definition }: ReminderSummary, now: Date): string {
  if (nextFire === null) return state
  return `${state === 'scheduled' ? '' : `${state}, `}${shortMoment(nextFire, { zone: definition.schedule.zone, now })}`
}

export function runsText({ items }: Page<RunView>, now: Date): string {
  if (items.length === 0) return 'No runs yet: a run begins when a reminder is due.'
  return items
    .map(({ id, state, scheduledAt, reason }) => {
      const why = reason === null ? '' : ` (${printable(reason)})`
      return `${id}: ${state}${why}, due ${relative(scheduledAt, now)}`
    })
    .join('\n')
}

const mostWarnings = 5

export function previewText({
  key,
  words,
  zone,
  occurrences,
  audience,
  messages,
  warnings,
}: Preview): string {
  const { recipients } = audience
  const named = recipients.slice(0, 3).map(({ name, jid }) => printable(name ?? jid))
  const more = recipients.length > named.length ? ` and ${recipients.length - named.length} more` : ''
  return [
    `${key}: ${words}`,
    `Next: ${occurrences.map(({ local }) => local.replace('T', ' ')).join(', ') || 'never'} (${zone})`,
    `To: ${named.join(', ')}${more}`,
    ...messages.flatMap(({ step, parts }) => [
      '',
      ...(step === undefined ? [] : [`${step}:`]),
      ...parts.map((part) =>
        part.kind === 'text'
          ? printableLines(part.text)
          : `[${part.kind}] ${part.caption === undefined ? '' : printableLines(part.caption)}`.trim(),
      ),
    ]),
    ...(warnings.length > 0 ? [''] : []),
    ...warnings.slice(0, mostWarnings).map((warning) => `Note: ${printable(warning)}`),
  ].join('\n')
}

/** One that says the same for as long as nothing has changed: no times that run. */
export function progressText(progress: RunProgress): { text: string; isOver: boolean } {
  const { run, targets, totalTargets, waitsFor, etaMs } = progress
  const isOver = isFinalRun(run.state)
  const others = targetStates.filter((state) => state !== 'delivered' && targets[state] > 0)
  const counts = [
    `${targets.delivered} of ${totalTargets} delivered`,
    ...others.map((state) => `${targets[state]} ${state}`),
  ]
  const why = isOver ? (run.reason ?? undefined) : waitsFor
  const lines = [
    `${run.id}: ${run.state}${why === undefined ? '' : ` (${printable(why)})`}`,
    counts.join(', '),
    ...(etaMs === undefined || isOver ? [] : [`about ${clock(Math.ceil(etaMs / 10_000) * 10_000)} left`]),
  ]
  return { text: lines.join('\n'), isOver }
}
