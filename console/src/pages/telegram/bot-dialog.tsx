import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import '@mantine/core/styles/PasswordInput.layer.css'
import '@mantine/core/styles/List.layer.css'
import { Alert, Button, Group, List, Modal, PasswordInput, Stack, TextInput } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import { InputError } from '../../../../src/client/errors.js'
import type { NewBotInput } from '../../../../src/client/telegram/bots.js'
import { webhookPath } from '../../../../src/domain/telegram.js'
import type { BotView } from '../../../../src/store/inbox/bots.js'
import { api } from '../../api/client.js'
import { useDeed } from '../../data/use-deed.js'
import { failureText, issueText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'

/** Adds a bot; or, of one that is there, takes another token or address. */
export function BotDialog({
  bot,
  onClose,
  onSaved,
}: {
  bot: BotView | undefined
  onClose: () => void
  onSaved: () => void
}) {
  const text = useText()
  const { telegram: words, common } = text
  const [id, setId] = useState(bot?.id ?? '')
  const [token, setToken] = useState('')
  const [url, setUrl] = useState(
    bot === undefined ? location.origin : bot.url.replace(webhookPath(bot.id), ''),
  )
  const save = useDeed({
    mutationFn: (input: NewBotInput, requestId) => api.bots.add(input, { requestId }),
    onSuccess: onSaved,
  })
  function problemOf(field: string): string | undefined {
    if (!(save.error instanceof InputError)) return undefined
    const issue = save.error.issues.find((one) => one.field === field)
    return issue && issueText(issue, text)
  }
  const fields = ['id', 'token', 'url']
  const isOfAField = fields.some((field) => problemOf(field) !== undefined)
  function submit(event: FormEvent): void {
    event.preventDefault()
    const kept = bot && { handler: bot.handler, maxAttempts: bot.maxAttempts }
    save.mutate({ id: id.trim(), token: token.trim(), url: url.trim(), ...kept })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={bot === undefined ? words.add : words.changeTitle(bot.id)}
      closeButtonProps={{ 'aria-label': common.close }}
      size="lg"
    >
      <form onSubmit={submit}>
        <Stack>
          {bot === undefined && (
            <List type="ordered" size="sm" spacing={4}>
              {words.addSteps.map((step) => (
                <List.Item key={step}>{step}</List.Item>
              ))}
            </List>
          )}
          {bot === undefined && (
            <TextInput
              label={words.id}
              description={words.idHelp}
              value={id}
              onChange={({ currentTarget }) => setId(currentTarget.value)}
              error={problemOf('id')}
              autoComplete="off"
              spellCheck={false}
              required
              data-autofocus
            />
          )}
          <PasswordInput
            label={words.token}
            description={words.tokenHelp}
            value={token}
            onChange={({ currentTarget }) => setToken(currentTarget.value)}
            error={problemOf('token')}
            autoComplete="off"
            spellCheck={false}
            required
            data-autofocus={bot === undefined ? undefined : true}
          />
          <TextInput
            type="url"
            label={words.url}
            description={words.urlHelp}
            value={url}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
            error={problemOf('url')}
            required
          />
          {url.startsWith('http:') && (
            <Alert color="brass" icon={<IconInfoCircle aria-hidden />}>
              {words.notHttps}
            </Alert>
          )}
          {save.error !== null && !isOfAField && (
            <Alert color="red" role="alert">
              {failureText(save.error, text)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={id.trim() === '' || token.trim() === ''}>
              {bot === undefined ? words.add : common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
