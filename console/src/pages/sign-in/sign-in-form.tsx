import '@mantine/core/styles/PasswordInput.layer.css'
import { Button, PasswordInput, Stack } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { signIn, SignInRefused } from '../../api/session.js'
import { useText } from '../../text/text.js'

/** For who has a token, and no link. */
export function SignInForm({ onDone }: { onDone?: () => void }) {
  const text = useText()
  const [token, setToken] = useState('')
  const [refusal, setRefusal] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setRefusal(undefined)
    try {
      await signIn({ token: token.trim() })
      onDone?.()
    } catch (error) {
      setRefusal(error instanceof SignInRefused ? error.message : text.signIn.away)
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
          error={refusal}
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
