import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import '@mantine/core/styles/List.layer.css'
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core'
import type { DefinitionChangedError } from '../../../../src/client/errors.js'
import type { Difference } from '../../../../src/domain/definition.js'
import { useText } from '../../text/text.js'
import type { touchedSections } from './draft.js'

/** Somebody else was faster: what they have changed, what one has changed oneself, and which of both is to hold. */
export function ConflictDialog({
  conflict,
  mine,
  isBusy,
  onKeep,
  onTake,
  onClose,
}: {
  conflict: DefinitionChangedError
  mine: ReturnType<typeof touchedSections>
  isBusy: boolean
  onKeep: () => void
  onTake: () => void
  onClose: () => void
}) {
  const { editor, common } = useText()
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
            {(conflict.differences ?? []).map((difference) => (
              <List.Item key={difference.field}>{describe(difference, editor.fieldNames)}</List.Item>
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

function describe(
  { field, existing, requested }: Difference,
  names: Readonly<Record<string, string>>,
): string {
  const [top = field] = field.split(/[.[]/)
  const name = names[top] ?? top
  return existing === undefined || requested === undefined ? name : `${name}: ${existing} → ${requested}`
}
