import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** Long enough to be reached by Tab. */
const shownMs = 15_000

/** What was done, with a button that takes it back. */
export function tellUndo(message: string, { label, undo }: { label: string; undo: () => void }): void {
  const id = notifications.show({
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
        >
          {label}
        </Button>
      </Group>
    ),
    color: 'verdigris',
    autoClose: shownMs,
    withCloseButton: false,
  })
}
