import '@mantine/core/styles/PasswordInput.layer.css'
import { Button, PasswordInput, Stack } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { signIn, SignInRefused } from '../../api/session.js'
import { failureText } from '../../parts/failure-panel.js'
import type { Catalogue } from '../../text/en/index.js'
import { useText } from '../../text/text.js'

/** For who has a token, and no link. */
export function SignInForm({ onDone }: { onDone?: () => void }) {
  const text = useText()
  const [token, setToken] = useState('')
  const [refusal, setRefusal] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setRefusal(undefined)
    try {
      await signIn({ token: token.trim() })
      onDone?.()
    } catch (error) {
      setRefusal(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <PasswordInput
          label={text.signIn.token}
          description={text.signIn.tokenHelp}
          value={token}
          onChange={({ currentTarget }) => setToken(currentTarget.value)}
          error={refusal !== undefined && refusalText(refusal, text)}
          autoComplete="off"
          required
        />
        <Button type="submit" loading={isBusy} disabled={token.trim() === ''}>
          {text.signIn.submit}
        </Button>
      </Stack>
    </form>
  )
}

/** Said as it is drawn: the words for what the API says may come after it. */
export function refusalText(error: unknown, text: Catalogue): string {
  return error instanceof SignInRefused ? failureText(error, text) : text.signIn.away
}
