import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ReminderDetails } from '../../../../src/client/reminders/summary.js'
import { useMay } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import { useMove } from './use-move.js'
import type { Occurrence } from './use-occurrences.js'

/** Where more about it is, and what can be done with it as it stands; `children` are the buttons of a form around them. */
export function OccurrenceButtons({
  occurrence,
  reminder,
  onClose,
  children,
}: {
  occurrence: Occurrence
  reminder: ReminderDetails | undefined
  onClose: () => void
  children?: ReactNode
}) {
  const { calendar: words, common } = useText()
  const may = useMay()
  const move = useMove(occurrence, { onDone: onClose })
  const { key, state, runId, isMoved, at } = occurrence
  const isSeries = reminder !== undefined && reminder.definition.schedule.kind !== 'once'
  const isToCome = at.getTime() > Date.now()
  const asks = (
    [
      ['leaveOut', state === 'scheduled' && isSeries],
      ['back', isToCome && ((state === 'scheduled' && isMoved) || (state === 'skipped' && isSeries))],
    ] as const
  ).filter(([, can]) => can && may.edit)
  return (
    <Group justify="flex-end" gap="xs">
      <Group gap="xs" mr="auto">
        {runId === undefined ? (
          <Button component={Link} to={`/reminders/${encodeURIComponent(key)}`} variant="subtle" px="xs">
            {words.open}
          </Button>
        ) : (
          <Button component={Link} to={`/runs/${encodeURIComponent(runId)}`} variant="subtle" px="xs">
            {words.openRun}
          </Button>
        )}
        {asks.map(([kind]) => (
          <Button
            key={kind}
            variant="subtle"
            px="xs"
            loading={move.isPending && move.variables.asked.kind === kind}
            disabled={move.isPending}
            onClick={() => reminder && move.mutate({ asked: { kind }, reminder })}
          >
            {kind === 'back' && state === 'skipped' ? words.sendAfterAll : words.asks[kind]}
          </Button>
        ))}
      </Group>
      {children ?? (
        <Button variant="default" onClick={onClose}>
          {common.close}
        </Button>
      )}
    </Group>
  )
}
