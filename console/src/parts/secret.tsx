import '@mantine/core/styles/Code.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useRef, useState, type ReactNode } from 'react'
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
  const code = useRef<HTMLPreElement>(null)
  const [isCopied, setCopied] = useState<boolean>()
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
        <Code
          ref={code}
          block
          data-secret
          tabIndex={0}
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {secret}
        </Code>
        {isCopied === false && (
          <Text size="sm" role="alert">
            {common.notCopied}
          </Text>
        )}
        {children}
        <Group justify="flex-end">
          <Button
            variant="default"
            leftSection={
              isCopied === true ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
            }
            onClick={() => void copied(secret, code.current).then(setCopied)}
          >
            {isCopied === true ? common.copied : common.copy}
          </Button>
          <Button onClick={onClose}>{common.done}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Whether it is. Over plain HTTP there is no clipboard, and a browser may refuse it: then what is shown is marked, to be copied by hand. */
async function copied(secret: string, shown: HTMLElement | null): Promise<boolean> {
  const isWritten =
    'clipboard' in navigator &&
    (await navigator.clipboard.writeText(secret).then(
      () => true,
      () => false,
    ))
  if (isWritten || shown === null) return isWritten
  getSelection()?.selectAllChildren(shown)
  return document.execCommand('copy')
}
