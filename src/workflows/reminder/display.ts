import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { Situation } from '../../protocol/payloads.js'
import type { ReminderState } from '../../domain/states.js'
import { listCounts } from '../run/fan-out.js'
import type { EndedRun } from './runs.js'
import { carillonAccount, carillonNextFire, carillonStatus } from '../../protocol/search-attributes.js'

/** The search attributes by which Temporal finds a reminder. */
type Searched = {
  state: ReminderState
  accountId: string
  nextFire: Date | undefined
}

export type ReminderDisplay = {
  show(situation: Situation, lastRun: EndedRun | undefined): void
  /** It runs, and a search does not find it by that yet: what is over in a moment need not be found. */
  readonly isBehind: boolean
  catchUp(): void
}

/**
 * Keeps what the Temporal Web UI shows of a reminder true. An upsert is an event, and a write to Temporal's index: only
 * where something changed, and lasts.
 */
export function reminderDisplay(): ReminderDisplay {
  let shown: Shown | undefined
  let wanted: Searched | undefined

  const isBehind = () => shown !== undefined && wanted !== undefined && !isSame(shown, wanted)
  function catchUp(): void {
    if (!wanted || !isBehind()) return
    shown = wanted
    upsertSearchAttributes([
      { key: carillonStatus, value: wanted.state },
      { key: carillonNextFire, value: wanted.nextFire ?? null },
      { key: carillonAccount, value: wanted.accountId },
    ])
  }

  return {
    show(situation, lastRun) {
      shown ??= shownAtStart()
      setCurrentDetails(reminderDetails(situation, lastRun))
      const { state, nextFire, accountId } = situation
      wanted = { state, accountId, nextFire: nextFire === undefined ? undefined : new Date(nextFire) }
      // What waits for others is not over in a moment.
      const waits = situation.runs.some(({ isAccountBusy }) => isAccountBusy)
      if (state !== 'running' || shown.state === 'running' || waits) catchUp()
    },
    get isBehind() {
      return isBehind()
    },
    catchUp,
  }
}

type Shown = { [part in keyof Searched]: Searched[part] | undefined }

function shownAtStart(): Shown {
  const { typedSearchAttributes: attributes } = workflowInfo()
  return {
    state: attributes.get(carillonStatus) as ReminderState | undefined,
    accountId: attributes.get(carillonAccount),
    nextFire: attributes.get(carillonNextFire),
  }
}

function isSame(a: Shown, b: Shown): boolean {
  return a.state === b.state && a.accountId === b.accountId && a.nextFire?.getTime() === b.nextFire?.getTime()
}

/** Markdown. No texts and no names: Temporal keeps it. */
export function reminderDetails(situation: Situation, lastRun?: EndedRun): string {
  const { state, reason, nextFire, nextFireText, snoozedFrom, buffered, runs } = situation
  const lines = [`**${state}**${reason === null ? '' : `: ${reason}`}`]
  if (nextFire !== undefined) {
    const snoozed = snoozedFrom === undefined ? '' : ` (snoozed, was due at ${snoozedFrom})`
    lines.push(`Next fire: ${nextFireText ?? nextFire}, ${nextFire}${snoozed}`)
  }
  if (situation.pausedUntil !== undefined) lines.push(`Resumes by itself at ${situation.pausedUntil}`)
  for (const run of runs)
    lines.push(`Run under way: \`${run.runId}\`${run.isSuperseded ? ', canceled for the next one' : ''}`)
  if (lastRun) lines.push(`Last run: \`${lastRun.runId}\`, ${outcomeText(lastRun)}`)
  if (buffered !== undefined) lines.push(`The occurrence of ${buffered} waits for the run under way to end`)
  if (situation.endingBecause !== undefined) lines.push('Waits for the runs under way to end')
  return lines.join('\n\n')
}

function outcomeText({ outcome }: EndedRun): string {
  const counts = listCounts(outcome)
  return counts === '' ? outcome.state : `${outcome.state} (${counts})`
}
