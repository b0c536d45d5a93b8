import '@mantine/core/styles/Tabs.layer.css'
import '@mantine/core/styles/List.layer.css'
import { Alert, Button, List, Tabs, Text } from '@mantine/core'
import { IconCalendarShare, IconInfoCircle } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Panel } from '../../parts/panel.js'
import { Secret } from '../../parts/secret.js'
import { tellFailure } from '../../parts/tell.js'
import { useMay, useSession } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { feedAddress } from './feed-address.js'
import { Section } from './section.js'
import styles from './settings.module.css'

/** An address for calendars, by a token that can do nothing else; and how each of them takes it. */
export function CalendarFeed() {
  const { text, format } = useSpoken()
  const { settings } = text
  const may = useMay()
  const { accounts } = useSession()
  const mayMake = may.own && accounts === null
  const queries = useQueryClient()
  const [made, setMade] = useState<{ name: string; secret: string }>()
  const { data } = useQuery({
    queryKey: [...keys.tokens, 'feeds'],
    queryFn: () => api.tokens.list({ limit: 500 }),
    select: ({ items }) => items.filter(({ role, isValid }) => role === 'calendar' && isValid).length,
    enabled: mayMake,
  })
  const make = useDeed({
    mutationFn: async (_asked: void, requestId) => {
      const name = `calendar-${requestId.slice(0, 8)}`
      const { secret } = await api.tokens.create({ name, role: 'calendar' }, { requestId })
      return { name, secret }
    },
    onSuccess: setMade,
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  })
  return (
    <Section
      title={settings.feed}
      lead={settings.feedLead}
      action={
        mayMake && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCalendarShare size={14} aria-hidden />}
            loading={make.isPending}
            onClick={() => make.mutate()}
          >
            {settings.feedMake}
          </Button>
        )
      }
    >
      <Panel>
        <div className={styles.block}>
          {!mayMake && (
            <Text size="sm" mb="sm">
              {settings.feedOwners}
            </Text>
          )}
          {data !== undefined && data > 0 && (
            <Text size="sm" mb="sm">
              {settings.feedCount(data, format.number(data))} <Link to="/tokens">{settings.feedManage}</Link>
            </Text>
          )}
          {isLocal(location.hostname) && (
            <Alert color="brass" icon={<IconInfoCircle aria-hidden />} mb="sm">
              {settings.feedNotPublic}
            </Alert>
          )}
          <Tabs defaultValue="google" keepMounted={false}>
            <Tabs.List>
              {Object.entries(settings.calendars).map(([value, { name }]) => (
                <Tabs.Tab key={value} value={value}>
                  {name}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {Object.entries(settings.calendars).map(([value, { steps }]) => (
              <Tabs.Panel key={value} value={value} pt="sm">
                <List type="ordered" size="sm" spacing={4}>
                  {steps.map((step) => (
                    <List.Item key={step}>{step}</List.Item>
                  ))}
                </List>
              </Tabs.Panel>
            ))}
          </Tabs>
        </div>
      </Panel>
      {made && (
        <Secret
          title={settings.feedTitle}
          help={settings.feedHelp}
          secret={feedAddress(made.secret)}
          onClose={() => setMade(undefined)}
        >
          <Text size="sm" c="dimmed">
            {settings.feedRevoke}
            {made.name}
          </Text>
          <a href={feedAddress(made.secret).replace(/^https?:/, 'webcal:')}>{settings.feedOpen}</a>
        </Secret>
      )}
    </Section>
  )
}

/** An address that nobody outside has. */
function isLocal(host: string): boolean {
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/.test(host)
}
