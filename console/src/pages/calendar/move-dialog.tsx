import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { momentIn, When } from '../../parts/when.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { audienceWords } from '../reminders/summary.js'
import { MoveForm } from './move-form.js'
import type { Wall } from './move-series.js'
import { OccurrenceButtons } from './occurrence-buttons.js'
import { lookOf } from './occurrence-look.js'
import type { Occurrence } from './use-occurrences.js'

/** What one occurrence is, and what can be done with it or all of its series. Dragging comes here, too, and asks. */
export function MoveDialog({
  occurrence,
  target,
  onClose,
}: {
  occurrence: Occurrence
  /** Where it was dragged to. */
  target: Wall | undefined
  onClose: () => void
}) {
  const { text, format, sayWhen } = useSpoken()
  const { calendar: words, common } = text
  const may = useMay()
  const { key, at, zone, state, isMoved } = occurrence
  // Of one that was opened a moment ago it may be moved once more.
  const reminder = useQuery({
    queryKey: keys.reminder(key),
    queryFn: () => api.reminders.show(key),
    refetchOnMount: 'always',
  })
  const when = momentIn(format, at, zone)
  const isToCome = state === 'scheduled'
  return (
    <Modal
      opened
      onClose={onClose}
      size={540}
      title={<bdi>{occurrence.title ?? text.reminders.image}</bdi>}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <div>
          <Text>{isToCome ? words.isNow(when) : words.was(when)}</Text>
          <StateMark {...lookOf(occurrence, text)}>{lookOf(occurrence, text).word}</StateMark>
          {isMoved && (
            <Text size="sm" c="dimmed">
              {words.itsTime}: <When date={occurrence.occurrence} zone={zone} />
            </Text>
          )}
          {reminder.data ? (
            <Text size="sm" c="dimmed">
              {sayWhen(reminder.data.definition.schedule, reminder.data.words)} ·{' '}
              {audienceWords(reminder.data.definition, text, format)}
            </Text>
          ) : (
            <Skeleton height={18} mt={4} />
          )}
        </div>
        {reminder.error && <FailurePanel error={reminder.error} onRetry={() => void reminder.refetch()} />}
        {may.edit && isToCome && reminder.data ? (
          <MoveForm
            // What another person changed meanwhile is what is moved.
            key={reminder.data.digest}
            occurrence={occurrence}
            reminder={reminder.data}
            target={target}
            onClose={onClose}
          />
        ) : (
          <OccurrenceButtons occurrence={occurrence} reminder={reminder.data} onClose={onClose} />
        )}
      </Stack>
    </Modal>
  )
}
