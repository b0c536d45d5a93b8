import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReminderDetails } from '../../../../src/client/reminders/summary.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { momentIn } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import { wallIn } from '../editor/schedule.js'
import type { Wall } from '../calendar/move-series.js'
import { WallFields } from '../calendar/wall-fields.js'

export type ReminderAction = 'snooze' | 'skip' | 'fire' | 'cancel' | 'remove'

const minuteMs = 60_000

/** Asks before it is done, with what that will do. */
export function ReminderDialog({
  action,
  reminder,
  onClose,
}: {
  action: ReminderAction
  reminder: ReminderDetails
  onClose: () => void
}) {
  const { text, format } = useSpoken()
  const { reminder: words } = text
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { key, definition } = reminder
  // What is asked is about that one, also when the answer is lost and another is next by then. Its name is the time that the calendar has.
  const [{ nextFire, snoozedFrom }] = useState(reminder)
  const occurrence = snoozedFrom ?? nextFire
  const named = occurrence === null ? {} : { occurrence: occurrence.toISOString() }
  const { zone } = definition.schedule
  const next = nextFire ?? new Date()
  const when = momentIn(format, next, zone)
  const [until, setUntil] = useState(() => wallIn(new Date(next.getTime() + 60 * minuteMs), zone))

  /** Whether it is done; where it is asked for and no more, that is said. */
  function isDone({ confirmed }: { confirmed: boolean }): boolean {
    if (!confirmed) tellDone(text.failures.asked)
    return confirmed
  }
  const perform: Record<ReminderAction, (requestId: string) => Promise<unknown>> = {
    async snooze(requestId) {
      await api.reminders.snooze(key, { until: `${until.date}T${until.time}`, ...named, requestId })
      tellDone(words.snoozed)
    },
    async skip(requestId) {
      await api.reminders.skip(key, { ...named, requestId })
      tellDone(words.skipped)
    },
    async fire(requestId) {
      const fired = await api.reminders.fire(key, { requestId })
      if (fired.already === true) tellDone(words.fireAlready)
      if (isDone(fired) && fired.runId !== undefined)
        await navigate({ to: '/runs/$id', params: { id: fired.runId } })
    },
    async cancel(requestId) {
      isDone(await api.reminders.cancel(key, { requestId }))
    },
    async remove() {
      if (!isDone(await api.reminders.delete(key))) return
      tellDone(words.removed)
      await navigate({ to: '/reminders' })
    },
  }
  const run = useDeed({
    mutationFn: (_asked: { action: ReminderAction; until: Wall }, requestId) => perform[action](requestId),
    onSuccess: onClose,
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.reminders }),
  })
  const shown = {
    snooze: { title: words.snoozeTitle, action: words.snooze, says: words.snoozeText(when) },
    skip: { title: words.skipTitle, action: words.skip, says: words.skipText(when) },
    fire: { title: words.fireTitle, action: words.fire, says: words.fireText },
    cancel: { title: words.cancelTitle, action: words.cancel, says: words.cancelText },
    remove: { title: words.removeTitle, action: words.remove, says: words.removeText },
  }[action]

  return (
    <Confirm
      isOpen
      isDanger={action === 'cancel' || action === 'remove'}
      title={shown.title}
      action={shown.action}
      isBusy={run.isPending}
      isDisabled={action === 'snooze' && (until.date === '' || until.time === '')}
      onConfirm={() => run.mutate({ action, until })}
      onClose={onClose}
    >
      <Text>{shown.says}</Text>
      {action === 'snooze' && <WallFields zone={zone} value={until} onChange={setUntil} />}
    </Confirm>
  )
}
