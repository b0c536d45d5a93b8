import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useLiveState } from '../shell/use-session.js'
import { FailurePanel } from './failure-panel.js'
import { forgetFailedPages } from './lazy-page.js'
import { NotLoaded } from './load.js'
import styles from './page.module.css'

/** In place of a page that broke, or could not be loaded: that one comes by itself when there is a connection again. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
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
    <div className={styles.page}>
      <FailurePanel error={error} onRetry={again} />
    </div>
  )
}
