import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { BotLinkInput } from '../../../../src/client/telegram/bots.js'
import { chatRoles, type ChatRole } from '../../../../src/domain/telegram.js'
import { api } from '../../api/client.js'
import { useDeed } from '../../data/use-deed.js'
import { AccountChoice } from '../../parts/account-choice.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'

/** A code by which one person may use the bot from then on. */
export function LetInDialog({
  bot,
  onClose,
  onMade,
}: {
  bot: string
  onClose: () => void
  onMade: (code: { name: string; url: string; expiresAt: Date }) => void
}) {
  const text = useText()
  const { telegram: words, common } = text
  const [name, setName] = useState('')
  const [role, setRole] = useState<ChatRole>('editor')
  const [accounts, setAccounts] = useState<string[]>([])
  const make = useDeed({
    mutationFn: (input: BotLinkInput, requestId) => api.bots.link(bot, input, { requestId }),
    onSuccess: ({ url, expiresAt }, input) => onMade({ name: input.name, url, expiresAt }),
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    make.mutate({ name: name.trim(), role, ...(accounts.length > 0 && { accounts }) })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.letInTitle(bot)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={words.personName}
            description={words.personNameHelp}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={make.error && failureText(make.error, text)}
            autoComplete="off"
            spellCheck={false}
            required
            data-autofocus
          />
          <Select
            label={words.role}
            data={chatRoles.map((value) => ({ value, label: words.roles[value] }))}
            value={role}
            onChange={(value) => value !== null && setRole(value)}
            allowDeselect={false}
          />
          <AccountChoice
            label={words.accounts}
            description={words.accountsHelp}
            value={accounts}
            onChange={setAccounts}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
              {words.makeCode}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
