import { Button } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession } from '../shell/use-session.js'
import { useText } from '../text/text.js'
import { Page } from './page.js'
import { Empty } from './panel.js'

/** Who must be signed in for a page that is not for everybody. */
export type Needs = 'edit' | 'own'

/** In place of a page that the sign-in may not use, for who came by its address. */
export function NotAllowed({ needs }: { needs: Needs }) {
  const { failures, shell } = useText()
  const { role } = useSession()
  return (
    <Page title={failures.notAllowed}>
      <Empty
        icon={IconLock}
        title={failures.notAllowedTitle[needs]}
        help={failures.notAllowedHelp(shell.roles[role])}
        action={
          <Button component={Link} to="/">
            {failures.toOverview}
          </Button>
        }
      />
    </Page>
  )
}
