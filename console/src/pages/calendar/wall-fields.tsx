import { Group, Text, TextInput } from '@mantine/core'
import { viewerZone } from '../../parts/when.js'
import { useText } from '../../text/text.js'
import type { Wall } from './move-series.js'

/** Where one is moved to, on the clock of its zone: that is named where it is not the viewer's. */
export function WallFields({
  zone,
  value,
  onChange,
}: {
  zone: string
  value: Wall
  onChange: (value: Wall) => void
}) {
  const { calendar: words, common, editor } = useText()
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <Text component="legend" size="sm" fw={550} p={0} mb={4}>
        {words.moveTo}
        {zone !== viewerZone && ` (${common.inZone(zone)})`}
      </Text>
      <Group grow>
        <TextInput
          type="date"
          label={editor.date}
          value={value.date}
          onChange={({ currentTarget }) => onChange({ ...value, date: currentTarget.value })}
        />
        <TextInput
          type="time"
          label={editor.time}
          value={value.time}
          onChange={({ currentTarget }) => onChange({ ...value, time: currentTarget.value })}
        />
      </Group>
    </fieldset>
  )
}
