import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import '@mantine/core/styles/Pill.layer.css'
import '@mantine/core/styles/PillsInput.layer.css'
import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { webhookTypes } from '../../../../src/domain/webhooks.js'
import { api } from '../../api/client.js'
import { useDeed } from '../../data/use-deed.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'

export function NewWebhook({ onClose, onAdded }: { onClose: () => void; onAdded: (secret: string) => void }) {
  const text = useText()
  const { webhooks, common } = text
  const [url, setUrl] = useState('')
  const [types, setTypes] = useState<string[]>([])
  const add = useDeed({
    mutationFn: (input: { url: string; types?: string[] }, requestId) =>
      api.webhooks.add(input, { requestId }),
    onSuccess: ({ secret }) => onAdded(secret),
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    add.mutate({ url: url.trim(), ...(types.length > 0 && { types }) })
  }
  return (
    <Modal opened onClose={onClose} title={webhooks.add} closeButtonProps={{ 'aria-label': common.close }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            type="url"
            label={webhooks.url}
            description={webhooks.urlHelp}
            placeholder="https://example.org/carillon"
            value={url}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
            error={add.error && failureText(add.error, text)}
            required
            data-autofocus
          />
          <MultiSelect
            label={webhooks.types}
            description={webhooks.typesHelp}
            data={webhookTypes.map((value) => ({ value, label: webhooks.typeNames[value] }))}
            value={types}
            onChange={setTypes}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={url.trim() === ''}>
              {webhooks.add}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
