import { Button, Group, Modal, MultiSelect, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { roles, type Role } from '../../../../src/domain/access.js'
import { api } from '../../api/client.js'
import { useDeed } from '../../data/use-deed.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'
import { useAccounts } from '../accounts/use-accounts.js'

const dayMs = 86_400_000

type TokenInput = Parameters<typeof api.tokens.create>[0]

export function NewToken({
  onClose,
  onMade,
}: {
  onClose: () => void
  onMade: (secret: string, help: string) => void
}) {
  const text = useText()
  const { tokens, common } = text
  const { data: accounts = [] } = useAccounts()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('editor')
  const [chosen, setChosen] = useState<string[]>([])
  const [days, setDays] = useState<number | string>('')
  const make = useDeed({
    mutationFn: (input: TokenInput, requestId) => api.tokens.create(input, { requestId }),
    onSuccess: ({ secret }) =>
      role === 'calendar'
        ? onMade(`${location.origin}/v1/calendar.ics?token=${secret}`, tokens.calendarHelp)
        : onMade(secret, tokens.secretHelp),
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    make.mutate({
      name: name.trim(),
      role,
      ...(chosen.length > 0 && { accounts: chosen }),
      ...(days !== '' && { lastsMs: Number(days) * dayMs }),
    })
  }
  return (
    <Modal opened onClose={onClose} title={tokens.add} closeButtonProps={{ 'aria-label': common.close }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={tokens.name}
            description={tokens.nameHelp}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={make.error && failureText(make.error, text)}
            autoComplete="off"
            spellCheck={false}
            required
            data-autofocus
          />
          <Select
            label={tokens.role}
            data={roles.map((value) => ({ value, label: tokens.roles[value] }))}
            value={role}
            onChange={(value) => value !== null && setRole(value)}
            allowDeselect={false}
          />
          <MultiSelect
            label={tokens.accounts}
            description={tokens.accountsHelp}
            data={accounts.map(({ id }) => id)}
            value={chosen}
            onChange={setChosen}
          />
          <NumberInput
            label={tokens.expires}
            description={tokens.expiresHelp}
            value={days}
            onChange={setDays}
            min={1}
            max={36_500}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
              {tokens.add}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
