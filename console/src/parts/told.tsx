import { useNotifications } from '@mantine/notifications'
import { lazy, Suspense, useState } from 'react'

const Notifications = lazy(async () => ({
  default: (await import('./notifications.js')).Notifications,
}))

/** What the page tells in its corner. The first page is there before anything is told, and has none of what that takes. */
export function Told() {
  const { notifications } = useNotifications()
  const [isNeeded, setNeeded] = useState(false)
  if (notifications.length > 0 && !isNeeded) setNeeded(true)
  if (!isNeeded) return null
  return (
    <Suspense>
      <Notifications position="bottom-right" limit={4} />
    </Suspense>
  )
}
