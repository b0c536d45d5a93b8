import '@mantine/core/styles/Accordion.layer.css'
import { Accordion, Button, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconHelpCircle,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Check } from '../../../../src/doctor/check.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { LoadingRows, Panel } from '../../parts/panel.js'
import { StateMark, type Tone } from '../../parts/state-mark.js'
import { useNow } from '../../parts/use-now.js'
import { loadOfApi } from '../../text/load-texts.js'
import { useSpoken } from '../../text/text.js'
import { Row } from './row.js'
import { Section } from './section.js'
import styles from './settings.module.css'

const looks: Record<Check['state'], { tone: Tone; icon: Icon }> = {
  ok: { tone: 'ok', icon: IconCircleCheckFilled },
  bad: { tone: 'bad', icon: IconAlertTriangle },
  unknown: { tone: 'wait', icon: IconHelpCircle },
  skipped: { tone: 'quiet', icon: IconCircleMinus },
}

/** What `carillon doctor` says, in words for who runs an office: what wants a look first, the rest behind a click. */
export function SystemHealth() {
  const { text, format } = useSpoken()
  const { settings } = text
  const now = useNow()
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery({
    queryKey: keys.system,
    // Its words, too: else those of the API would be there for a moment.
    queryFn: async () => (await Promise.all([api.system(), loadOfApi('doctor')]))[0],
    staleTime: 0,
  })
  const lookedAt = new Date(dataUpdatedAt)
  const groups = grouped(data?.checks ?? [])
  const wanting = groups.filter(({ state }) => state === 'bad' || state === 'unknown')
  return (
    <Section
      title={settings.system}
      lead={settings.systemLead}
      action={
        <Button size="xs" variant="default" loading={isFetching} onClick={() => void refetch()}>
          {settings.lookAgain}
        </Button>
      }
    >
      {data === undefined && error === null && <LoadingRows count={3} />}
      {data === undefined && error !== null && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Panel hasRows>
          <div className={styles.row} data-health={data.ok ? 'ok' : 'bad'}>
            <StateMark
              tone={wanting.length === 0 ? 'ok' : 'bad'}
              icon={wanting.length === 0 ? IconCircleCheckFilled : IconAlertTriangle}
            >
              {wanting.length === 0
                ? settings.systemOk
                : settings.systemBad(wanting.length, format.number(wanting.length))}
            </StateMark>
            <Text size="sm" c="dimmed">
              {settings.lookedAt(format.relative(lookedAt, lookedAt > now ? lookedAt : now))}
            </Text>
          </div>
          {wanting.map(({ name, state }) => (
            <Wanting key={name} name={name} state={state} />
          ))}
          <Accordion variant="default" chevronPosition="left">
            <Accordion.Item value="all">
              <Accordion.Control>{settings.details}</Accordion.Control>
              <Accordion.Panel>
                {groups.map((group) => (
                  <Looked key={group.name} {...group} />
                ))}
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <Row label={settings.version}>{() => <Text>{data.version}</Text>}</Row>
        </Panel>
      )}
    </Section>
  )
}

/** What wants a look, by its name: whose it is in particular is told where it can be mended. */
function Wanting({ name, state }: Pick<Group, 'name' | 'state'>) {
  const { settings } = useSpoken().text
  const words = settings.checks[name]
  return (
    <div className={styles.block} data-check={name}>
      <StateMark {...looks[state]}>{`${words?.name ?? name}: ${settings.checkStates[state]}`}</StateMark>
      {words !== undefined && <Text mt={4}>{words.toDo}</Text>}
    </div>
  )
}

/** What was found, and what to do about it. */
function Looked({ name, state, checks }: Group) {
  const { text, say } = useSpoken()
  const { settings } = text
  const words = settings.checks[name]
  return (
    <div className={styles.looked} data-looked={name}>
      <div>
        <Text fw={550}>{words?.name ?? name}</Text>
        {words !== undefined && (
          <Text size="sm" c="dimmed">
            {words.meaning}
          </Text>
        )}
      </div>
      <div>
        <StateMark {...looks[state]}>{settings.checkStates[state]}</StateMark>
        {checks.map(({ found, remedy, said }) => (
          <Text key={found} component="div" size="sm" c="dimmed" className={styles.breaks}>
            {say(found, said?.found)}
            {remedy !== undefined && <div>{`${settings.toDo}: ${say(remedy, said?.remedy)}`}</div>}
          </Text>
        ))}
      </div>
    </div>
  )
}

type Group = { name: string; state: Check['state']; checks: readonly Check[] }

/** The worst comes first: it is what a group of checks is called by. */
const byWorst: readonly Check['state'][] = ['bad', 'unknown', 'ok', 'skipped']

/** Checks of one name are one thing to whoever reads them: each account, each worker. */
function grouped(all: readonly Check[]): Group[] {
  const names = new Set(all.map(({ name }) => name))
  return [...names].map((name) => {
    const checks = all.filter((check) => check.name === name)
    const state = byWorst.find((worst) => checks.some((check) => check.state === worst)) ?? 'skipped'
    return { name, state, checks }
  })
}
