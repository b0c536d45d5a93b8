import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Modal, Stack, Text } from '@mantine/core'
import { useText } from '../../text/text.js'
import { SignInForm } from './sign-in-form.js'

/** Over the page that somebody was on when the sign-in ended, which stays as it was. */
export function SessionEnded() {
  const { signIn } = useText()
  return (
    <Modal
      opened
      onClose={() => undefined}
      title={signIn.endedTitle}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      zIndex={400}
    >
      <Stack>
        <Text>{signIn.endedLead}</Text>
        <SignInForm />
        <Text size="sm" c="dimmed">
          {signIn.endedLink}
        </Text>
      </Stack>
    </Modal>
  )
}
