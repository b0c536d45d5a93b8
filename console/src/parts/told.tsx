import { useNotifications, type NotificationsProps } from '@mantine/notifications'
import { useEffect, useState, type ComponentType } from 'react'
import { load, NotLoaded } from './load.js'

const earlyMs = 30_000
/** What is told is an answer to one of these. */
const presses = ['pointerdown', 'keydown'] as const

/**
 * What the page tells in its corner. The first page is there before anything is told, and has none of what that takes. It is had
 * when somebody begins to press, or a while later: once the connection is gone, that it is gone must be told.
 */
export function Told() {
  const [Notices, setNotices] = useState<ComponentType<NotificationsProps>>()
  const isNeeded = useNotifications().notifications.length > 0
  useEffect(() => {
    if (Notices !== undefined) return undefined
    // One that could not be had is asked for again by the next of these; what is told waits for it.
    const get = (): void => void notices().then((found) => found && setNotices(() => found))
    if (isNeeded) get()
    const timer = setTimeout(get, earlyMs)
    const events = [...presses, 'online'] as const
    for (const event of events) addEventListener(event, get)
    return () => {
      clearTimeout(timer)
      for (const event of events) removeEventListener(event, get)
    }
  }, [Notices, isNeeded])
  return Notices === undefined ? null : <Notices position="bottom-right" limit={4} />
}

/** Undefined without a connection. */
async function notices(): Promise<ComponentType<NotificationsProps> | undefined> {
  try {
    return (await load(() => import('./notifications.js'))).Notifications
  } catch (error) {
    if (!(error instanceof NotLoaded)) reportError(error)
    return undefined
  }
}
