import { Button, Text } from '@mantine/core'
import { Panel } from '../../parts/panel.js'
import { When } from '../../parts/when.js'
import { useSession } from '../../shell/use-session.js'
import { useSignOut } from '../../shell/use-sign-out.js'
import { useSpoken } from '../../text/text.js'
import { whoOf } from '../activity/subject.js'
import { Row } from './row.js'
import { Section } from './section.js'

export function You() {
  const { text, format } = useSpoken()
  const { settings, shell } = text
  const { operatorId, name, role, accounts, endsAt } = useSession()
  const leave = useSignOut()
  return (
    <Section
      title={settings.you}
      action={
        <Button size="xs" variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
          {settings.signOutHere}
        </Button>
      }
    >
      <Panel hasRows>
        <Row label={settings.operator}>{() => <Text>{operatorId}</Text>}</Row>
        <Row label={settings.token}>{() => <Text>{whoOf({ by: name, via: null }, text.activity)}</Text>}</Row>
        <Row label={settings.role}>{() => <Text>{shell.roles[role]}</Text>}</Row>
        {accounts !== null && (
          <Row label={settings.onlyAccounts}>{() => <Text>{format.list(accounts)}</Text>}</Row>
        )}
        <Row label={settings.until}>
          {() => (
            <Text>
              <When date={endsAt} />
            </Text>
          )}
        </Row>
      </Panel>
    </Section>
  )
}
