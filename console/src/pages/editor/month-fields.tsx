import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Group, SegmentedControl, Select } from '@mantine/core'
import { useMemo } from 'react'
import { useSpoken } from '../../text/text.js'
import { NumberField } from './number-field.js'
import { nths, weekdayNames, type ScheduleDraft } from './schedule.js'

/** A Monday. */
const anyMonday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000

/** On which day of the month: by its number, or as the nth or the last of a weekday. */
export function MonthFields({
  schedule: { monthBy, monthDay, nth, nthDay },
  set,
}: {
  schedule: ScheduleDraft
  set: (fields: Partial<ScheduleDraft>) => void
}) {
  const { text, format } = useSpoken()
  const { editor } = text
  const weekdays = useMemo(() => {
    const names = new Intl.DateTimeFormat(format.locale, { weekday: 'long', timeZone: 'UTC' })
    return weekdayNames.map((value, index) => ({ value, label: names.format(anyMonday + index * dayMs) }))
  }, [format])
  return (
    <Group gap="sm" align="flex-end">
      <SegmentedControl
        aria-label={editor.monthBy}
        value={monthBy}
        onChange={(value) => set({ monthBy: value })}
        data={(['day', 'weekday'] as const).map((value) => ({ value, label: editor.monthBys[value] }))}
      />
      {monthBy === 'day' ? (
        <NumberField
          label={editor.monthDay}
          description={editor.monthDayHelp}
          value={monthDay}
          onChange={(value) => set({ monthDay: value === '' ? '' : Number(value) })}
          min={1}
          max={31}
          allowDecimal={false}
          maw={260}
        />
      ) : (
        <>
          <Select
            label={editor.nth}
            data={nths.map((value) => ({ value: String(value), label: editor.nths[value] }))}
            value={String(nth)}
            onChange={(value) => set({ nth: nths.find((one) => String(one) === value) ?? 1 })}
            allowDeselect={false}
            w={130}
          />
          <Select
            label={editor.weekday}
            data={weekdays}
            value={nthDay}
            onChange={(value) => value !== null && set({ nthDay: value })}
            allowDeselect={false}
            w={160}
          />
        </>
      )}
    </Group>
  )
}
