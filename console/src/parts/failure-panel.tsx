import { Alert, Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { CarillonError, InputError, type InputIssue } from '../../../src/client/errors.js'
import type { Catalogue } from '../text/en/index.js'
import { sayIn } from '../text/say.js'
import { useText } from '../text/text.js'

export function FailurePanel({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const text = useText()
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={text.failures.loading} role="alert">
      <p style={{ margin: '0 0 12px' }}>{failureText(error, text)}</p>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          {text.common.tryAgain}
        </Button>
      )}
    </Alert>
  )
}

/** What is wrong and what to do, as the API says it; for what it has not said, that we do not know. */
export function failureText(error: unknown, text: Catalogue): string {
  if (!(error instanceof CarillonError)) return text.failures.unexpected
  if (error instanceof InputError) return error.issues.map((issue) => issueText(issue, text)).join(' ')
  return error.code === 'unreachable' && !error.message.includes('answers with')
    ? text.failures.offline
    : sayIn(text, error.message.replaceAll(/\s*See `carillon [^`]*`\./g, ''), error.said)
}

/** What one field of the input wants. */
export function issueText({ expected, said }: InputIssue, text: Catalogue): string {
  return sayIn(text, expected, said?.expected)
}
