import { Stack } from '@mantine/core'
import { Page } from '../../parts/page.js'
import { useMay } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import { Browsers } from './browsers.js'
import { CalendarFeed } from './calendar-feed.js'
import { Look } from './look.js'
import { SystemHealth } from './system-health.js'
import { You } from './you.js'

export function SettingsPage() {
  const { settings } = useText()
  const may = useMay()
  return (
    <Page title={settings.title} lead={settings.lead}>
      <Stack gap="xl">
        <Look />
        <You />
        <Browsers />
        <CalendarFeed />
        {may.own && <SystemHealth />}
      </Stack>
    </Page>
  )
}
