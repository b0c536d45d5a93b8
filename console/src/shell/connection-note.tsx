import { Alert } from '@mantine/core'
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useText } from '../text/text.js'
import { useLiveState } from './use-session.js'
import styles from './shell.module.css'

/** Shorter than this it is nobody's business. */
const quietMs = 2_500

/** Over every page while what is seen is not of now: what that means for who looks and writes. */
export function ConnectionNote() {
  const { shell } = useText()
  const state = useLiveState()
  const [isLong, setLong] = useState(false)
  const isAway = state !== 'live'
  useEffect(() => {
    if (!isAway) return undefined
    const timer = setTimeout(() => setLong(true), quietMs)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [isAway])
  return (
    <div role="status" className={styles.note}>
      {isLong && isAway && (
        <Alert
          color="brass"
          p="xs"
          icon={state === 'offline' ? <IconPlugConnectedX aria-hidden /> : <IconRefresh aria-hidden />}
        >
          {shell.liveHelp[state]}
        </Alert>
      )}
    </div>
  )
}
