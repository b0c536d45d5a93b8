import '@mantine/core/styles/Code.layer.css'
import { Alert, Anchor, Code, Loader, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconLinkOff } from '@tabler/icons-react'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { signIn, SignInRefused } from '../../api/session.js'
import { useSessionState } from '../../shell/use-session.js'
import type { Catalogue } from '../../text/en/index.js'
import { useText } from '../../text/text.js'
import { refusalText, SignInForm } from './sign-in-form.js'
import styles from './sign-in.module.css'

type LinkState = { kind: 'none' } | { kind: 'trying' } | { kind: 'refused'; error: unknown }

/** Signs in by the link that was opened, or asks for a token. Whoever asked for another page comes to that. */
export function SignInPage() {
  const text = useText()
  const navigate = useNavigate()
  const isLinkPage = useRouterState({ select: ({ location }) => location.pathname === '/sign-in' })
  const isIn = useSessionState().kind === 'in'
  const [link, setLink] = useState<LinkState>({ kind: 'none' })
  const [asksToken, setAsksToken] = useState(false)
  useDocumentTitle(`${text.signIn.title} · Carillon`)

  useEffect(() => {
    if (!isLinkPage) return undefined
    // Another link that is opened in this tab changes only what is after the #.
    const open = (): void => {
      const secret = location.hash.slice(1)
      // Who is signed in, here or in another tab, has nothing to do here without a link.
      if (secret === '' && isIn) void navigate({ to: '/', replace: true })
      if (secret === '') return
      // From here on neither the address bar nor the history has it.
      history.replaceState(history.state, '', location.pathname)
      setLink({ kind: 'trying' })
      signIn({ link: secret }).then(
        () => void navigate({ to: '/', replace: true }),
        (error: unknown) => setLink({ kind: 'refused', error }),
      )
    }
    open()
    addEventListener('hashchange', open)
    return () => removeEventListener('hashchange', open)
  }, [isLinkPage, isIn])

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/bell.svg" alt="" width={36} height={36} />
        <Title order={1} mt="md" mb={4}>
          {text.signIn.title}
        </Title>
        {link.kind === 'trying' ? (
          <Text role="status" c="dimmed">
            <Loader size={14} mr="xs" /> {text.signIn.working}
          </Text>
        ) : (
          <Stack gap="md">
            {link.kind === 'refused' ? (
              <Alert color="red" icon={<IconLinkOff aria-hidden />} role="alert">
                {whyRefused(link.error, text)}
              </Alert>
            ) : (
              <Text c="dimmed">{text.signIn.lead}</Text>
            )}
            <div>
              <Text size="sm" c="dimmed" mb={4}>
                {text.signIn.makeLink}
              </Text>
              <Code block>./bin/carillon sign-in-link</Code>
            </div>
            {asksToken ? (
              <SignInForm
                onDone={() => {
                  if (isLinkPage) void navigate({ to: '/', replace: true })
                }}
              />
            ) : (
              <Anchor component="button" size="sm" ta="start" onClick={() => setAsksToken(true)}>
                {text.signIn.withToken}
              </Anchor>
            )}
          </Stack>
        )}
      </div>
    </main>
  )
}

function whyRefused(error: unknown, text: Catalogue): string {
  const isSpent = error instanceof SignInRefused && (error.status === 401 || error.status === 422)
  return isSpent ? text.signIn.spent : refusalText(error, text)
}
