import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Switch.layer.css'
import '@mantine/core/styles/NumberInput.layer.css'
import { Button, Group, Modal, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useText } from '../../text/text.js'

export function LimitsDialog({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const text = useText()
  const { common, limits } = text
  const queries = useQueryClient()
  const [rate, setRate] = useState<number | string>(account.ratePerMinute)
  const [cap, setCap] = useState<number | string>(account.dailyCap ?? '')
  const [warmUp, setWarmUp] = useState(account.warmUp)
  const save = useDeed({
    mutationFn: () =>
      api.accounts.set(account.id, {
        ratePerMinute: Number(rate),
        dailyCap: cap === '' ? null : Number(cap),
        warmUp,
      }),
    onSuccess: () => {
      tellDone(limits.saved)
      onClose()
    },
    onError: (error) => tellFailure(error, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.accounts }),
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate()
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={limits.title(account.id)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text c="dimmed">{limits.lead}</Text>
          <NumberInput
            label={limits.perMinute}
            description={limits.perMinuteHelp}
            value={rate}
            onChange={setRate}
            min={1}
            max={100_000}
            allowDecimal={false}
            required
            data-autofocus
          />
          <NumberInput
            label={limits.daily}
            description={limits.dailyHelp}
            value={cap}
            onChange={setCap}
            min={1}
            max={10_000_000}
            allowDecimal={false}
          />
          <Switch
            label={limits.warmUp}
            description={limits.warmUpHelp}
            checked={warmUp}
            onChange={({ currentTarget }) => setWarmUp(currentTarget.checked)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={rate === ''}>
              {common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
