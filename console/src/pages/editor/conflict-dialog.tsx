import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import '@mantine/core/styles/List.layer.css'
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DefinitionChangedError } from '../../../../src/client/errors.js'
import type { ReminderDetails } from '../../../../src/client/reminders/summary.js'
import type { Difference } from '../../../../src/domain/definition.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useSpoken } from '../../text/text.js'
import { topOf } from '../reminders/difference.js'
import { audienceWords } from '../reminders/summary.js'
import type { touchedSections } from './draft.js'
import styles from './editor.module.css'

/** Somebody else was faster: what they have changed, what one has changed oneself, and which of both is to hold. */
export function ConflictDialog({
  reminderKey,
  conflict,
  mine,
  isBusy,
  onKeep,
  onTake,
  onClose,
}: {
  reminderKey: string
  conflict: DefinitionChangedError
  mine: ReturnType<typeof touchedSections>
  isBusy: boolean
  onKeep: () => void
  onTake: () => void
  onClose: () => void
}) {
  const spoken = useSpoken()
  const { editor, common } = spoken.text
  const { data: theirs } = useQuery({
    queryKey: [...keys.reminder(reminderKey), conflict.digest],
    queryFn: () => api.reminders.show(reminderKey),
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={editor.conflictTitle}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <div>
          <Text>{editor.conflictLead}</Text>
          <List size="sm" mt={4}>
            {[...byName(conflict.differences ?? [])].map(([name, difference]) => (
              <List.Item key={name}>
                {editor.fieldNames[name] ?? name}
                <Text span inherit c="dimmed" dir="auto" className={styles.theirs ?? ''}>
                  {inWords(name, difference, theirs, spoken)}
                </Text>
              </List.Item>
            ))}
          </List>
        </div>
        <div>
          <Text>{editor.conflictMine}</Text>
          <List size="sm" mt={4}>
            {mine.map((section) => (
              <List.Item key={section}>{editor.fieldNames[section] ?? editor.sections.rules}</List.Item>
            ))}
          </List>
        </div>
        <Text size="sm" c="dimmed">
          {editor.conflictHelp}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onTake}>
            {editor.conflictTake}
          </Button>
          <Button loading={isBusy} onClick={onKeep} data-autofocus>
            {editor.conflictKeep}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** The first of each: what one sees of it is all of it. */
function byName(differences: readonly Difference[]): Map<string, Difference> {
  const all = new Map<string, Difference>()
  for (const difference of differences) {
    const name = topOf(difference)
    if (!all.has(name)) all.set(name, difference)
  }
  return all
}

const mostCharacters = 300

/** As they have set it. What is personal is in no error, so it is read of the reminder. */
function inWords(
  name: string,
  { existing, requested }: Difference,
  theirs: ReminderDetails | undefined,
  { text, format, sayWhen }: ReturnType<typeof useSpoken>,
): string {
  if (theirs === undefined) return '…'
  const { definition, words } = theirs
  if (name === 'audience') return audienceWords(definition, text, format)
  if (name === 'schedule') return sayWhen(definition.schedule, words)
  if (name !== 'parts')
    return existing === undefined || requested === undefined ? '' : `${existing} → ${requested}`
  const said = definition.parts
    .map((part) => (part.kind === 'text' ? part.text : (part.caption ?? text.reminders.image)))
    .join('\n\n')
  return said.length > mostCharacters ? `${said.slice(0, mostCharacters)} …` : said
}
