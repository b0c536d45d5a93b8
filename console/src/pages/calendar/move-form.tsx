import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Radio.layer.css'
import { Alert, Button, Group, Radio, Stack } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReminderDetails } from '../../../../src/client/reminders/summary.js'
import { useText } from '../../text/text.js'
import { wallIn } from '../editor/schedule.js'
import { movedSeries, type Wall } from './move-series.js'
import { OccurrenceButtons } from './occurrence-buttons.js'
import { useMove } from './use-move.js'
import type { Occurrence } from './use-occurrences.js'
import { WallFields } from './wall-fields.js'

type Which = 'one' | 'series'

/** Where it is moved to, and what moves: this one, or all of them. */
export function MoveForm({
  occurrence,
  reminder,
  target,
  onClose,
}: {
  occurrence: Occurrence
  reminder: ReminderDetails
  target: Wall | undefined
  onClose: () => void
}) {
  const { calendar: words } = useText()
  const { schedule } = reminder.definition
  const { zone } = schedule
  const now = wallIn(occurrence.at, zone)
  const [to, setTo] = useState(target ?? now)
  const [wanted, setWanted] = useState<Which>()
  const move = useMove(occurrence, { onDone: onClose })

  const isSeries = schedule.kind !== 'once'
  const isWhole = to.date !== '' && to.time !== ''
  const from = wallIn(occurrence.occurrence, zone)
  const series = movedSeries(schedule, { from, to: isWhole ? to : from, moves: reminder.moved })
  const isSame = to.date === now.date && to.time === now.time
  const isPast = isWhole && spelled(to) <= spelled(wallIn(new Date(), zone))
  const can = { one: isSeries, series: 'changes' in series }
  const which = wanted !== undefined && can[wanted] ? wanted : isSeries ? 'one' : 'series'
  const hint = isPast ? words.stays.past : isSame && target !== undefined ? words.stays.same : undefined

  function submit(): void {
    const asked =
      which === 'one'
        ? ({ kind: 'one', until: spelled(to) } as const)
        : ({ kind: 'series', changes: 'changes' in series ? series.changes : {} } as const)
    move.mutate({ asked, reminder })
  }

  return (
    <>
      <WallFields zone={zone} value={to} onChange={setTo} />
      {hint !== undefined && (
        <Alert color="brass" icon={<IconInfoCircle aria-hidden />}>
          {hint}
        </Alert>
      )}
      {isSeries && isWhole && !isSame && !isPast && (
        <Radio.Group
          label={words.which}
          value={which}
          onChange={(value) => setWanted(value === 'one' ? 'one' : 'series')}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="one" label={words.one} description={words.oneHelp} />
            <Radio
              value="series"
              label={words.series}
              description={
                'stays' in series
                  ? words.stays[series.stays]
                  : to.date === now.date
                    ? words.seriesHelp.time(to.time)
                    : words.seriesHelp.day
              }
              disabled={!can.series}
            />
          </Stack>
        </Radio.Group>
      )}
      <OccurrenceButtons occurrence={occurrence} reminder={reminder} onClose={onClose}>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={onClose}>
            {words.leave}
          </Button>
          <Button
            loading={move.isPending}
            disabled={!isWhole || isSame || isPast || !can[which]}
            onClick={submit}
          >
            {words.move}
          </Button>
        </Group>
      </OccurrenceButtons>
    </>
  )
}

function spelled({ date, time }: Wall): string {
  return `${date}T${time}`
}
