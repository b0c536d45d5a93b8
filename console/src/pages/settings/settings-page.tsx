import { Button, Group, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { Page } from '../../parts/page.js'
import { Panel } from '../../parts/panel.js'
import { When } from '../../parts/when.js'
import { useSession } from '../../shell/use-session.js'
import { useSignOut } from '../../shell/use-sign-out.js'
import { languages, useSpoken, type Language } from '../../text/text.js'
import styles from './settings.module.css'

export function SettingsPage() {
  const { text, language, choose } = useSpoken()
  const { settings, shell } = text
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const session = useSession()
  const leave = useSignOut()

  return (
    <Page title={settings.title} lead={settings.lead}>
      <Stack gap="lg">
        <Panel hasRows>
          <Row label={settings.language}>
            {(label) => (
              <SegmentedControl
                aria-labelledby={label}
                value={language}
                onChange={(value) => choose(value as Language)}
                data={Object.entries(languages).map(([value, name]) => ({ value, label: name }))}
              />
            )}
          </Row>
          <Row label={settings.theme}>
            {(label) => (
              <SegmentedControl
                aria-labelledby={label}
                value={colorScheme}
                onChange={setColorScheme}
                data={(['auto', 'light', 'dark'] as const).map((value) => ({
                  value,
                  label: settings.themes[value],
                }))}
              />
            )}
          </Row>
        </Panel>
        <section>
          <Title order={2} mb="xs">
            {settings.you}
          </Title>
          <Panel hasRows>
            <Row label={settings.operator}>{() => <Text>{session.operatorId}</Text>}</Row>
            <Row label={settings.token}>{() => <Text>{session.name}</Text>}</Row>
            <Row label={settings.role}>{() => <Text>{shell.roles[session.role]}</Text>}</Row>
            <Row label={settings.until}>
              {() => (
                <Group gap="md">
                  <Text>
                    <When date={session.endsAt} />
                  </Text>
                  <Button
                    size="xs"
                    variant="default"
                    loading={leave.isPending}
                    onClick={() => leave.mutate()}
                  >
                    {settings.signOutHere}
                  </Button>
                </Group>
              )}
            </Row>
          </Panel>
        </section>
      </Stack>
    </Page>
  )
}

function Row({ label, children }: { label: string; children: (labelId: string) => ReactNode }) {
  const id = useId()
  return (
    <div className={styles.row}>
      <Text id={id} fw={500}>
        {label}
      </Text>
      <div>{children(id)}</div>
    </div>
  )
}
