import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useLiveState } from '../shell/use-session.js'
import { useText } from '../text/text.js'
import { FailurePanel } from './failure-panel.js'
import { forgetFailedPages } from './lazy-page.js'
import { NotLoaded } from './load.js'
import { Page } from './page.js'

/** In place of a page that broke, or could not be loaded: that one comes by itself when there is a connection again. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const { failures } = useText()
  const router = useRouter()
  const live = useLiveState()
  function again(): void {
    forgetFailedPages()
    reset()
    void router.invalidate()
  }
  useEffect(() => {
    if (live === 'live' && error instanceof NotLoaded) again()
  }, [live])
  return (
    <Page title={failures.page}>
      <FailurePanel error={error} onRetry={again} />
    </Page>
  )
}
