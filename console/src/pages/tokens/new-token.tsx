import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import '@mantine/core/styles/NumberInput.layer.css'
import { Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { roles, type Role } from '../../../../src/domain/access.js'
import { api } from '../../api/client.js'
import { useDeed } from '../../data/use-deed.js'
import { AccountChoice } from '../../parts/account-choice.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'
import { feedAddress } from '../settings/feed-address.js'

const dayMs = 86_400_000
const lasts = ['never', '30', '90', '365', 'other'] as const
type Lasts = (typeof lasts)[number]

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
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('editor')
  const [chosen, setChosen] = useState<string[]>([])
  const [ends, setEnds] = useState<Lasts>('never')
  const [days, setDays] = useState<number | string>('')
  const lastsDays = ends === 'never' ? undefined : Number(ends === 'other' ? days : ends)
  const make = useDeed({
    mutationFn: (input: TokenInput, requestId) => api.tokens.create(input, { requestId }),
    onSuccess: ({ secret }) =>
      role === 'calendar'
        ? onMade(feedAddress(secret), tokens.calendarHelp)
        : onMade(secret, tokens.secretHelp),
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    make.mutate({
      name: name.trim(),
      role,
      ...(chosen.length > 0 && { accounts: chosen }),
      ...(lastsDays !== undefined && { lastsMs: lastsDays * dayMs }),
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
            description={tokens.roleHelp[role]}
            data={roles.map((value) => ({ value, label: tokens.roles[value] }))}
            value={role}
            onChange={(value) => value !== null && setRole(value)}
            allowDeselect={false}
          />
          <AccountChoice
            label={tokens.accounts}
            description={tokens.accountsHelp}
            value={chosen}
            onChange={setChosen}
          />
          <Group align="flex-end" grow>
            <Select
              label={tokens.expires}
              data={lasts.map((value) => ({ value, label: tokens.lasts[value] }))}
              value={ends}
              onChange={(value) => value !== null && setEnds(value)}
              allowDeselect={false}
            />
            {ends === 'other' && (
              <NumberInput
                label={tokens.days}
                value={days}
                onChange={setDays}
                min={1}
                max={36_500}
                allowDecimal={false}
                required
              />
            )}
          </Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button
              type="submit"
              loading={make.isPending}
              disabled={name.trim() === '' || (ends === 'other' && days === '')}
            >
              {tokens.add}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
