import { Alert, Button } from '@mantine/core'
import { IconAlertTriangle, IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { CarillonError, InputError, type InputIssue } from '../../../src/client/errors.js'
import { SignInRefused } from '../api/session.js'
import { isUnanswered } from '../data/use-request-id.js'
import type { Catalogue } from '../text/en/index.js'
import { sayIn } from '../text/say.js'
import { useText } from '../text/text.js'
import { Empty } from './panel.js'

/** In place of what could not be read. What is not there, or is somebody else's, is told as such: trying again would not help. */
export function FailurePanel({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const text = useText()
  if (error instanceof CarillonError && error.code === 'not_found') return <NothingHere />
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={text.failures.loading} role="alert">
      <p style={{ margin: '0 0 12px' }}>{unreadText(error, text)}</p>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          {text.common.tryAgain}
        </Button>
      )}
    </Alert>
  )
}

export function NothingHere() {
  const { failures } = useText()
  return (
    <Empty
      icon={IconMapOff}
      title={failures.notFound}
      help={failures.notFoundHelp}
      action={
        <Button component={Link} to="/">
          {failures.toOverview}
        </Button>
      }
    />
  )
}

/** Why something could not be read: it is tried again by itself, and nothing was to be done by it. */
export function unreadText(error: unknown, text: Catalogue): string {
  return isUnanswered(error) && !isSaid(error) ? text.failures.offline : failureText(error, text)
}

/** What is wrong with what was asked for and what to do, as the API says it; where it has not answered, that we do not know. */
export function failureText(error: unknown, text: Catalogue): string {
  if (error instanceof SignInRefused) return sayIn(text, error.message, error.said)
  if (!(error instanceof CarillonError)) return text.failures.unexpected
  if (error instanceof InputError) return error.issues.map((issue) => issueText(issue, text)).join(' ')
  return isUnanswered(error) && !isSaid(error)
    ? text.failures.unanswered
    : sayIn(text, error.message.replaceAll(/\s*See `carillon [^`]*`\./g, ''), error.said)
}

/** What one field of the input wants. */
export function issueText({ expected, said }: InputIssue, text: Catalogue): string {
  return sayIn(text, expected, said?.expected)
}

/** By the API, or by something in its place: whoever runs it can use it. What nobody answered was thrown by the browser. */
function isSaid(error: Error): boolean {
  return error.cause === undefined
}
