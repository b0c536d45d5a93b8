import '@mantine/core/styles/Code.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useText } from '../text/text.js'

/** What is shown this once: to be copied, and not to be closed by accident. */
export function Secret({
  title,
  help,
  secret,
  onClose,
  children,
}: {
  title: string
  help: string
  secret: string
  onClose: () => void
  children?: ReactNode
}) {
  const { common } = useText()
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text>{help}</Text>
        <Code block data-secret tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {secret}
        </Code>
        {children}
        <Group justify="flex-end">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
                onClick={copy}
              >
                {copied ? common.copied : common.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{common.done}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
