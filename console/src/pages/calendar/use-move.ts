import { useQueryClient } from '@tanstack/react-query'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { ReminderDetails } from '../../../../src/client/reminders/summary.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { tellUndo } from '../../parts/tell-undo.js'
import { useSpoken } from '../../text/text.js'
import { scheduleInput, scheduleOf } from '../editor/schedule.js'
import type { Occurrence } from './use-occurrences.js'

export type Change =
  /** To a time on the clock of its zone: this one alone. */
  | { kind: 'one'; until: string }
  /** To the time that the calendar has, also one that was left out. */
  | { kind: 'back' }
  | { kind: 'leaveOut' }
  | { kind: 'series'; changes: ReminderInput }

type TakeBack = { kind: 'snooze' | 'skip' } | { kind: 'edit'; changes: ReminderInput; ifDigest: string }

/** Changes one occurrence or all of them, and can take that back. */
export function useMove(occurrence: Occurrence, { onDone }: { onDone: () => void }) {
  const { text } = useSpoken()
  const { calendar: words } = text
  const queries = useQueryClient()
  const { key, state } = occurrence
  const named = { occurrence: occurrence.occurrence.toISOString() }
  const before: TakeBack = { kind: state === 'skipped' ? 'skip' : 'snooze' }

  async function change(
    asked: Change,
    { digest, definition }: ReminderDetails,
    requestId: string,
  ): Promise<TakeBack> {
    switch (asked.kind) {
      case 'one':
        await api.reminders.snooze(key, { ...named, until: asked.until, requestId })
        return before
      case 'back':
        await api.reminders.snooze(key, { ...named, until: named.occurrence, requestId })
        return before
      case 'leaveOut':
        await api.reminders.skip(key, { ...named, requestId })
        return before
      case 'series': {
        const edited = await api.reminders.edit(key, asked.changes, { ifDigest: digest })
        const changes = scheduleInput(scheduleOf(definition.schedule))
        return { kind: 'edit', changes, ifDigest: edited.digest }
      }
    }
  }

  async function takeBack(asked: TakeBack, requestId: string): Promise<void> {
    if (asked.kind === 'edit') await api.reminders.edit(key, asked.changes, { ifDigest: asked.ifDigest })
    else if (asked.kind === 'skip') await api.reminders.skip(key, { ...named, requestId })
    else await api.reminders.snooze(key, { ...named, until: occurrence.at.toISOString(), requestId })
  }

  const refresh = () => queries.invalidateQueries({ queryKey: keys.reminders })
  const onError = (problem: unknown): void => tellFailure(problem, text)
  const undo = useDeed({
    mutationFn: takeBack,
    onSuccess: () => tellDone(words.undone),
    onError,
    onSettled: refresh,
  })
  return useDeed({
    mutationFn: ({ asked, reminder }: { asked: Change; reminder: ReminderDetails }, requestId) =>
      change(asked, reminder, requestId),
    onSuccess(back, { asked }) {
      onDone()
      tellUndo(words.done[asked.kind], { label: words.undo, undo: () => undo.mutate(back) })
    },
    onError,
    onSettled: refresh,
  })
}
