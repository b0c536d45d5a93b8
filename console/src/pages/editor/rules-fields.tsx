import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Switch.layer.css'
import '@mantine/core/styles/Chip.layer.css'
import { Chip, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { memo } from 'react'
import { overlapPolicies } from '../../../../src/domain/definition.js'
import { useText } from '../../text/text.js'
import type { RulesDraft, WindowDraft } from './draft.js'
import styles from './editor.module.css'
import { useWeekdayLabels } from './schedule-fields.js'
import { NumberField } from './number-field.js'
import { weekdayNames } from './schedule.js'

const usualWindow: WindowDraft = { from: '08:00', to: '18:00', days: [] }

/** How it may be sent: in which hours, how fast, and what happens where it cannot be in time. */
export const RulesFields = memo(function RulesFields({
  rules,
  issues,
  onRules: set,
}: {
  rules: RulesDraft
  issues: ReadonlyMap<string, string>
  onRules: (fields: Partial<RulesDraft>) => void
}) {
  const { editor, common } = useText()
  const numberOf = (value: number | string): number | '' => (value === '' ? '' : Number(value))
  return (
    <Stack gap="md">
      <Switch
        label={editor.window}
        description={editor.windowHelp}
        checked={rules.window !== undefined}
        onChange={({ currentTarget }) => set({ window: currentTarget.checked ? usualWindow : undefined })}
      />
      {rules.window && (
        <WindowFields
          window={rules.window}
          issue={issues.get('window') ?? issues.get('window.to') ?? issues.get('window.from')}
          onWindow={(window) => set({ window })}
        />
      )}
      <div className={styles.fields}>
        <NumberField
          label={editor.deliverWithin}
          description={editor.deliverWithinHelp}
          value={rules.deliverWithinHours}
          onChange={(value) => set({ deliverWithinHours: numberOf(value) })}
          min={0.1}
          max={720}
          error={issues.get('deliverWithin')}
        />
        <NumberField
          label={editor.catchUp}
          description={editor.catchUpHelp}
          value={rules.catchUpMinutes}
          onChange={(value) => set({ catchUpMinutes: numberOf(value) })}
          min={0}
          max={43_200}
          error={issues.get('catchUp')}
        />
        <NumberField
          label={`${editor.rate} (${common.optional})`}
          description={editor.rateHelp}
          value={rules.ratePerMinute}
          onChange={(value) => set({ ratePerMinute: numberOf(value) })}
          min={1}
          max={100_000}
          allowDecimal={false}
          error={issues.get('ratePerMinute')}
        />
        <NumberField
          label={editor.priority}
          description={editor.priorityHelp}
          value={rules.priority}
          onChange={(value) => set({ priority: Number(value) })}
          min={0}
          max={9}
          allowDecimal={false}
          error={issues.get('priority')}
        />
        <Select
          label={editor.overlap}
          data={overlapPolicies.map((value) => ({ value, label: editor.overlaps[value] }))}
          value={rules.overlap}
          onChange={(overlap) => overlap !== null && set({ overlap })}
          allowDeselect={false}
          error={issues.get('overlap')}
        />
      </div>
    </Stack>
  )
})

function WindowFields({
  window,
  issue,
  onWindow,
}: {
  window: WindowDraft
  issue: string | undefined
  onWindow: (window: WindowDraft) => void
}) {
  const { editor } = useText()
  const labels = useWeekdayLabels()
  return (
    <Stack gap="xs" ps={46}>
      <Group gap="sm">
        <TextInput
          type="time"
          label={editor.windowFrom}
          value={window.from}
          onChange={({ currentTarget }) => onWindow({ ...window, from: currentTarget.value })}
        />
        <TextInput
          type="time"
          label={editor.windowTo}
          value={window.to}
          onChange={({ currentTarget }) => onWindow({ ...window, to: currentTarget.value })}
        />
      </Group>
      <div role="group" aria-label={editor.windowDays}>
        <Chip.Group multiple value={window.days} onChange={(days) => onWindow({ ...window, days })}>
          <Group gap={6}>
            {weekdayNames.map((name) => (
              <Chip key={name} value={name.toLowerCase()} size="xs" variant="outline">
                {labels[name]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </div>
      {issue !== undefined && (
        <Text size="sm" c="red" role="alert">
          {issue}
        </Text>
      )}
    </Stack>
  )
}
