import '@mantine/core/styles/Code.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Code, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { UpdateKey } from '../../../../src/domain/telegram.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'

/** What went wrong at the last try, and what was to be done: for owners, since people wrote it. */
export function WhyDialog({ update, onClose }: { update: UpdateKey; onClose: () => void }) {
  const { inbox: words, common } = useText()
  const { data, error, refetch } = useQuery({
    queryKey: keys.update(update.bot, update.updateId),
    queryFn: () => api.inbox.show(update),
  })
  const written = textOf(data?.update)
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.whyTitle}
      closeButtonProps={{ 'aria-label': common.close }}
      size="lg"
    >
      {data === undefined && error === null && <Skeleton height={80} />}
      {error !== null && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Stack>
          <Text style={{ overflowWrap: 'anywhere' }}>{data.error ?? words.noWhy}</Text>
          {written !== undefined && (
            <div>
              <Text size="sm" c="dimmed">
                {words.wrote}
              </Text>
              <Text fw={550} style={{ overflowWrap: 'anywhere' }}>
                <bdi>{written}</bdi>
              </Text>
            </div>
          )}
          {data.update !== null && (
            <details>
              <summary style={{ cursor: 'pointer' }}>{words.sent}</summary>
              <Code block mt="xs" tabIndex={0}>
                {JSON.stringify(data.update, null, 2)}
              </Code>
            </details>
          )}
        </Stack>
      )}
    </Modal>
  )
}

/** What the person wrote, where it is a message with a text. */
function textOf(update: unknown): string | undefined {
  const message = fieldOf(update, 'message')
  const text = fieldOf(message, 'text')
  return typeof text === 'string' ? text : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined
}
