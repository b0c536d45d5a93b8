import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { CarillonError } from '../../../../src/client/errors.js'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'

export function AddAccount({
  onClose,
  onAdded,
}: {
  onClose: () => void
  onAdded: (account: AccountView) => void
}) {
  const text = useText()
  const { accounts, common } = text
  const queries = useQueryClient()
  const [id, setId] = useState('')
  const add = useMutation({
    mutationFn: () => api.accounts.add({ id: id.trim() }),
    onSuccess: (account) => {
      void queries.invalidateQueries({ queryKey: keys.accounts })
      onAdded(account)
    },
  })
  const isTaken = add.error instanceof CarillonError && add.error.code === 'conflict'

  function submit(event: FormEvent): void {
    event.preventDefault()
    add.mutate()
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
            error={add.error && (isTaken ? accounts.idTaken : failureText(add.error, text))}
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
