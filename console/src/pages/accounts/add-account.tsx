import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { useText } from '../../text/text.js'
import { useAddAccount } from './use-add-account.js'

export function AddAccount({
  onClose,
  onAdded,
}: {
  onClose: () => void
  onAdded: (account: AccountView) => void
}) {
  const { accounts, common } = useText()
  const [id, setId] = useState('')
  const { add, problem } = useAddAccount(onAdded)

  function submit(event: FormEvent): void {
    event.preventDefault()
    add.mutate(id.trim())
  }

  return (
    <Modal opened onClose={onClose} title={accounts.add} closeButtonProps={{ 'aria-label': common.close }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={accounts.id}
            description={accounts.idHelp}
            placeholder="office"
            value={id}
            onChange={({ currentTarget }) => setId(currentTarget.value)}
            error={problem}
            autoComplete="off"
            spellCheck={false}
            required
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={id.trim() === ''}>
              {common.next}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
