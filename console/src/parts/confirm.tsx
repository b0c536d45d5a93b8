import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../text/text.js'

/** Asks before what cannot be taken back: what will happen, and a button that says what it does. */
export function Confirm({
  isOpen,
  title,
  action,
  isDanger = false,
  isBusy = false,
  isDisabled = false,
  onConfirm,
  onClose,
  children,
}: {
  isOpen: boolean
  title: string
  action: string
  isDanger?: boolean
  isBusy?: boolean
  isDisabled?: boolean
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}) {
  const text = useText()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack>
        {typeof children === 'string' ? <Text>{children}</Text> : children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.common.cancel}
          </Button>
          <Button
            {...(isDanger && { color: 'red.8' })}
            loading={isBusy}
            disabled={isDisabled}
            onClick={onConfirm}
            data-autofocus={isDanger ? undefined : true}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
