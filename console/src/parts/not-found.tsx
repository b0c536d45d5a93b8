import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useText } from '../text/text.js'
import { Page } from './page.js'
import { Empty } from './panel.js'

export function NotFound() {
  const { failures } = useText()
  return (
    <Page title={failures.notFound}>
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
    </Page>
  )
}
