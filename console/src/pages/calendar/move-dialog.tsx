import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { viewerZone, When } from '../../parts/when.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { wallIn } from '../editor/schedule.js'
import { audienceWords, firstWords } from '../reminders/summary.js'
import { movedSeries, type Wall } from './move-series.js'
import type { Occurrence } from './use-occurrences.js'

type Which = 'one' | 'series'

/** What one occurrence is, and where it or all of its series are moved to. Dragging comes here, too, and asks. */
export function MoveDialog({
  occurrence: { reminder, at, snoozedFrom },
  target,
  onClose,
}: {
  occurrence: Occurrence
  /** Where it was dragged to. */
  target: Wall | undefined
  onClose: () => void
}) {
  const { text, format } = useSpoken()
  const { calendar: words, common, editor } = text
  const queries = useQueryClient()
  const may = useMay()
  const { key, definition, digest, nextFire } = reminder
  const { schedule } = definition
  const { zone } = schedule
  const now = wallIn(at, zone)
  const [to, setTo] = useState(target ?? now)
  const [wanted, setWanted] = useState<Which>()

  const isSeries = schedule.kind !== 'once'
  const isNext = nextFire?.getTime() === at.getTime()
  const series = movedSeries(schedule, wallIn(snoozedFrom ?? at, zone), to)
  const isWhole = to.date !== '' && to.time !== ''
  const isSame = to.date === now.date && to.time === now.time
  const isPast = isWhole && spelled(to) <= spelled(wallIn(new Date(), zone))
  const can = { one: isSeries && isNext, series: 'changes' in series }
  const which = wanted !== undefined && can[wanted] ? wanted : can.one ? 'one' : 'series'

  const move = useDeed({
    async mutationFn(_asked: { which: Which; to: Wall }, requestId) {
      const answer =
        which === 'one'
          ? await api.reminders.snooze(key, { until: spelled(to), requestId })
          : await api.reminders.edit(key, 'changes' in series ? series.changes : {}, { ifDigest: digest })
      const next = answer.nextFire
      tellDone(next === undefined ? words.movedAll : words.moved(momentOf(new Date(next))))
    },
    onSuccess: onClose,
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.reminders }),
  })
  function momentOf(date: Date): string {
    return `${format.moment(date, zone)}${zone === viewerZone ? '' : ` (${zone})`}`
  }
  const hint = isPast ? words.stays.past : isSame && target !== undefined ? words.stays.same : undefined

  return (
    <Modal
      opened
      onClose={onClose}
      title={<bdi>{firstWords(definition, text)}</bdi>}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <div>
          <Text>{words.isNow(momentOf(at))}</Text>
          <Text size="sm" c="dimmed">
            {text.schedule.words(definition.schedule, reminder.words)} ·{' '}
            {audienceWords(definition, text, format)}
          </Text>
          {snoozedFrom !== undefined && (
            <Text size="sm" c="dimmed">
              {words.putOff}: <When date={snoozedFrom} zone={zone} />
            </Text>
          )}
        </div>
        {may.edit && (
          <>
            <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
              <Text component="legend" size="sm" fw={550} p={0} mb={4}>
                {words.moveTo}
                {zone !== viewerZone && ` (${common.inZone(zone)})`}
              </Text>
              <Group grow>
                <TextInput
                  type="date"
                  label={editor.date}
                  value={to.date}
                  onChange={({ currentTarget }) => setTo({ ...to, date: currentTarget.value })}
                />
                <TextInput
                  type="time"
                  label={editor.time}
                  value={to.time}
                  onChange={({ currentTarget }) => setTo({ ...to, time: currentTarget.value })}
                />
              </Group>
            </fieldset>
            {hint !== undefined && (
              <Alert color="brass" icon={<IconInfoCircle aria-hidden />}>
                {hint}
              </Alert>
            )}
            {isSeries && isWhole && !isSame && !isPast && (
              <Radio.Group
                label={words.which}
                value={can[which] ? which : null}
                onChange={(value) => setWanted(value === 'one' ? 'one' : 'series')}
              >
                <Stack gap="xs" mt={6}>
                  <Radio
                    value="one"
                    label={words.one}
                    description={can.one ? words.oneHelp : words.oneNotNext}
                    disabled={!can.one}
                  />
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
          </>
        )}
        <Group justify="flex-end">
          <Button component={Link} to={`/reminders/${encodeURIComponent(key)}`} variant="subtle" mr="auto">
            {words.open}
          </Button>
          {may.edit && (
            <>
              <Button variant="default" onClick={onClose}>
                {words.leave}
              </Button>
              <Button
                loading={move.isPending}
                disabled={!isWhole || isSame || isPast || !can[which]}
                onClick={() => move.mutate({ which, to })}
              >
                {words.move}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

function spelled({ date, time }: Wall): string {
  return `${date}T${time}`
}
