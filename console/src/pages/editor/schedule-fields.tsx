import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/Chip.layer.css'
import { Button, Chip, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { memo, useMemo } from 'react'
import { ExceptionFields } from './exception-fields.js'
import { MonthFields } from './month-fields.js'
import { useSpoken } from '../../text/text.js'
import styles from './editor.module.css'
import { NumberField } from './number-field.js'
import { StepsFields } from './step-fields.js'
import type { StepDraft } from './steps.js'
import { weekdayNames, type End, type ScheduleDraft, type WeekdayName } from './schedule.js'

// Browsers leave it out, and it is what servers are set to.
const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC']
/** A Monday. */
const anyMonday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000

export function useWeekdayLabels(): Record<WeekdayName, string> {
  const { format } = useSpoken()
  return useMemo(() => {
    const names = new Intl.DateTimeFormat(format.locale, { weekday: 'short', timeZone: 'UTC' })
    return Object.fromEntries(
      weekdayNames.map((name, index) => [name, names.format(anyMonday + index * dayMs)]),
    ) as Record<WeekdayName, string>
  }, [format])
}

/** When: once, again and again in words, before and after a day, or by a rule. */
export const ScheduleFields = memo(function ScheduleFields({
  schedule,
  issues,
  onSchedule: set,
  onSteps,
}: {
  schedule: ScheduleDraft
  issues: ReadonlyMap<string, string>
  onSchedule: (fields: Partial<ScheduleDraft>) => void
  onSteps: (changed: (steps: StepDraft[]) => StepDraft[]) => void
}) {
  const { text } = useSpoken()
  const { editor } = text
  const { mode } = schedule
  const isRecurring = mode === 'repeat' || mode === 'rule'
  const whenIssue = issues.get('at') ?? issues.get('start') ?? issues.get('anchor')
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={editor.sections.when}
        className={styles.modes ?? ''}
        value={mode}
        onChange={(value) => set({ mode: value })}
        data={(['once', 'repeat', 'steps', 'rule'] as const).map((value) => ({
          value,
          label: editor.modes[value],
        }))}
      />
      {mode === 'repeat' && <RepeatFields schedule={schedule} set={set} issue={issues.get('repeat')} />}
      {mode === 'rule' && (
        <TextInput
          label={editor.rule}
          description={editor.ruleHelp}
          value={schedule.text}
          onChange={({ currentTarget }) => set({ text: currentTarget.value })}
          error={issues.get('repeat') ?? issues.get('cron')}
          classNames={{ input: styles.mono ?? '' }}
          spellCheck={false}
        />
      )}
      <div className={styles.fields}>
        <TextInput
          type="date"
          label={isRecurring ? editor.firstDay : mode === 'once' ? editor.date : editor.anchorDay}
          value={schedule.date}
          onChange={({ currentTarget }) => set({ date: currentTarget.value })}
          error={whenIssue !== undefined}
          required={!isRecurring}
        />
        <TextInput
          type="time"
          label={editor.time}
          value={schedule.time}
          onChange={({ currentTarget }) => set({ time: currentTarget.value })}
          error={whenIssue !== undefined}
          required={!isRecurring}
        />
        <Select
          label={editor.zone}
          data={zones.includes(schedule.zone) ? zones : [...zones, schedule.zone]}
          value={schedule.zone}
          onChange={(zone) => zone !== null && set({ zone })}
          searchable
          allowDeselect={false}
          limit={60}
          error={issues.get('zone')}
        />
      </div>
      {whenIssue !== undefined && (
        <Text size="sm" c="red" role="alert">
          {whenIssue}
        </Text>
      )}
      {mode === 'steps' && (
        <StepsFields steps={schedule.steps} time={schedule.time} issues={issues} onSteps={onSteps} />
      )}
      {isRecurring && <EndFields end={schedule.end} issues={issues} onEnd={(end) => set({ end })} />}
      {isRecurring && <ExceptionFields schedule={schedule} issues={issues} set={set} />}
    </Stack>
  )
})

function RepeatFields({
  schedule,
  set,
  issue,
}: {
  schedule: ScheduleDraft
  set: (fields: Partial<ScheduleDraft>) => void
  issue: string | undefined
}) {
  const { editor } = useSpoken().text
  const labels = useWeekdayLabels()
  const { every, interval, days } = schedule
  const units = interval === 1 || interval === '' ? editor.units : editor.unitsMany
  return (
    <>
      <Group gap="xs" align="flex-end">
        <NumberField
          label={editor.every}
          aria-label={`${editor.every}: ${editor.interval}`}
          value={interval}
          onChange={(value) => set({ interval: value === '' ? '' : Number(value) })}
          min={1}
          max={400}
          allowDecimal={false}
          w={90}
        />
        <SegmentedControl
          aria-label={editor.unit}
          value={every}
          onChange={(value) => set({ every: value })}
          data={(['day', 'week', 'month', 'year'] as const).map((value) => ({ value, label: units[value] }))}
        />
      </Group>
      {every === 'week' && (
        <div role="group" aria-label={editor.on}>
          <Text size="sm" fw={600} mb={4}>
            {editor.on}
          </Text>
          <Chip.Group multiple value={days} onChange={(chosen) => set({ days: chosen })}>
            <Group gap={6}>
              {weekdayNames.map((name) => (
                <Chip key={name} value={name} size="xs" variant="outline">
                  {labels[name]}
                </Chip>
              ))}
              <Button
                variant="subtle"
                size="compact-xs"
                onClick={() => set({ days: weekdayNames.slice(0, 5) })}
              >
                {editor.workdays}
              </Button>
            </Group>
          </Chip.Group>
        </div>
      )}
      {every === 'month' && <MonthFields schedule={schedule} set={set} />}
      {every === 'year' && (
        <Text size="sm" c="dimmed">
          {editor.yearHelp}
        </Text>
      )}
      {issue !== undefined && (
        <Text size="sm" c="red" role="alert">
          {issue}
        </Text>
      )}
    </>
  )
}

function EndFields({
  end,
  issues,
  onEnd,
}: {
  end: End
  issues: ReadonlyMap<string, string>
  onEnd: (end: End) => void
}) {
  const { editor } = useSpoken().text
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={editor.ends}
        data={(['never', 'on', 'after'] as const).map((value) => ({ value, label: editor.endKinds[value] }))}
        value={end.kind}
        onChange={(kind) => {
          if (kind === 'on') onEnd({ kind, date: '' })
          else if (kind === 'after') onEnd({ kind, count: 10 })
          else onEnd({ kind: 'never' })
        }}
        allowDeselect={false}
        w={180}
      />
      {end.kind === 'on' && (
        <TextInput
          type="date"
          label={editor.lastDay}
          value={end.date}
          onChange={({ currentTarget }) => onEnd({ ...end, date: currentTarget.value })}
          error={issues.get('until')}
        />
      )}
      {end.kind === 'after' && (
        <NumberField
          label={editor.times}
          value={end.count}
          onChange={(value) => onEnd({ ...end, count: value === '' ? '' : Number(value) })}
          min={1}
          max={10_000}
          allowDecimal={false}
          w={110}
          error={issues.get('count')}
        />
      )}
    </Group>
  )
}
