import '@mantine/core/styles/Pill.layer.css'
import { Button, Group, Pill, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useSpoken } from '../../text/text.js'
import type { ScheduleDraft } from './schedule.js'

type Kind = 'except' | 'also'

/** Days on which nothing is sent after all, and days beside the rule. */
export function ExceptionFields({
  schedule,
  issues,
  set,
}: {
  schedule: ScheduleDraft
  issues: ReadonlyMap<string, string>
  set: (fields: Partial<ScheduleDraft>) => void
}) {
  return (
    <Stack gap="sm">
      {(['except', 'also'] as const).map((kind) => (
        <Days key={kind} kind={kind} schedule={schedule} issue={issueOf(kind, issues)} set={set} />
      ))}
    </Stack>
  )
}

function Days({
  kind,
  schedule,
  issue,
  set,
}: {
  kind: Kind
  schedule: ScheduleDraft
  issue: string | undefined
  set: (fields: Partial<ScheduleDraft>) => void
}) {
  const { text, format } = useSpoken()
  const { editor } = text
  const [day, setDay] = useState('')
  const days = schedule[kind]
  function add(): void {
    const added = kind === 'except' ? day : `${day}T${schedule.time}`
    set({ [kind]: [...new Set([...days, added])].toSorted() })
    setDay('')
  }
  return (
    <div>
      <Group gap="xs" align="flex-end">
        <TextInput
          type="date"
          label={editor.exceptions[kind].label}
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
          error={issue}
        />
        <Button variant="default" disabled={day === ''} onClick={add}>
          {editor.exceptions[kind].add}
        </Button>
      </Group>
      {days.length > 0 && (
        <Pill.Group mt={6}>
          {days.map((one) => (
            <Pill
              key={one}
              withRemoveButton
              removeButtonProps={{ 'aria-label': editor.exceptions.remove(shown(one)) }}
              onRemove={() => set({ [kind]: days.filter((other) => other !== one) })}
            >
              {shown(one)}
            </Pill>
          ))}
        </Pill.Group>
      )}
      {kind === 'except' && days.length === 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {editor.exceptions.help}
        </Text>
      )}
    </div>
  )

  function shown(one: string): string {
    const date = format.day(new Date(`${one.slice(0, 10)}T00:00:00Z`), 'UTC')
    return one.length > 10 ? `${date}, ${one.slice(11, 16)}` : date
  }
}

/** `except[2]`, as the API names what is wrong in a list. */
function issueOf(kind: Kind, issues: ReadonlyMap<string, string>): string | undefined {
  return [...issues].find(([field]) => field === kind || field.startsWith(`${kind}[`))?.[1]
}
