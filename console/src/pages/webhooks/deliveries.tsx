import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Button, Group, Select, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconPlayerSkipForward,
  type Icon,
} from '@tabler/icons-react'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { webhookDeliveryStates, type WebhookDeliveryState } from '../../../../src/domain/webhooks.js'
import type { DeliveryView, EndpointView } from '../../../../src/store/webhooks/webhooks.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Panel } from '../../parts/panel.js'
import { StateMark, type Tone } from '../../parts/state-mark.js'
import table from '../../parts/table.module.css'
import { tellDone, tellFailure, tellProblem } from '../../parts/tell.js'
import { When } from '../../parts/when.js'
import { useNow } from '../../parts/use-now.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { answerWords } from './answer-words.js'
import styles from './webhooks.module.css'

const looks: Record<WebhookDeliveryState, { tone: Tone; icon: Icon }> = {
  waiting: { tone: 'live', icon: IconClock },
  delivered: { tone: 'ok', icon: IconCircleCheck },
  failed: { tone: 'bad', icon: IconAlertTriangle },
  dropped: { tone: 'quiet', icon: IconPlayerSkipForward },
}
const shown = 100
const every = 'all'

/** What was sent to whom, what came of it, and what happens next. */
export function Deliveries({ endpoints }: { endpoints: readonly EndpointView[] }) {
  const { text, format } = useSpoken()
  const { webhooks } = text
  const may = useMay()
  const now = useNow()
  const [endpointId, setEndpointId] = useState(every)
  const [state, setState] = useState<WebhookDeliveryState | typeof every>(every)
  const isFiltered = endpointId !== every || state !== every
  const filter = {
    ...(endpointId !== every && { endpointId }),
    ...(state !== every && { states: [state] }),
    limit: shown,
  }
  const { data } = useQuery({
    queryKey: keys.deliveries(filter),
    queryFn: () => api.webhooks.deliveries(filter),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  if (data === undefined) return null
  if (data.length === 0 && !isFiltered) return <Text c="dimmed">{webhooks.noDeliveries}</Text>
  const urls = new Map(endpoints.map(({ id, url }) => [id, url]))
  return (
    <>
      <Group gap="sm" mb="sm">
        {endpoints.length > 1 && (
          <Select
            label={webhooks.address}
            w={320}
            maw="100%"
            data={[
              { value: every, label: webhooks.everyAddress },
              ...endpoints.map(({ id, url }) => ({ value: id, label: url })),
            ]}
            value={endpointId}
            onChange={(value) => value !== null && setEndpointId(value)}
            allowDeselect={false}
          />
        )}
        <Select
          label={webhooks.outcome}
          data={[
            { value: every, label: webhooks.everyState },
            ...webhookDeliveryStates.map((value) => ({ value, label: webhooks.states[value] })),
          ]}
          value={state}
          onChange={(value) => value !== null && setState(value)}
          allowDeselect={false}
        />
      </Group>
      {data.length === 0 ? (
        <Text c="dimmed">{webhooks.noneFound}</Text>
      ) : (
        <Panel>
          <div className={table.scroll} tabIndex={0} role="region" aria-label={webhooks.deliveries}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{webhooks.columns.when}</th>
                  <th scope="col">{webhooks.columns.what}</th>
                  {endpoints.length > 1 && <th scope="col">{webhooks.columns.where}</th>}
                  <th scope="col">{webhooks.columns.how}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {data.map((delivery) => {
                  const { eventId, type, at } = delivery
                  return (
                    <tr key={`${eventId}/${delivery.endpointId}`} data-delivery={delivery.state}>
                      <td className={table.narrow}>
                        <When date={at} isRelativeTo={now} />
                      </td>
                      <td>{webhooks.typeNames[type]}</td>
                      {endpoints.length > 1 && (
                        <td className={styles.host}>{hostOf(urls.get(delivery.endpointId))}</td>
                      )}
                      <td>
                        <Outcome delivery={delivery} now={now} />
                      </td>
                      <td>{may.own && urls.has(delivery.endpointId) && <Again delivery={delivery} />}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
      {data.length === shown && (
        <Text size="sm" c="dimmed" mt="xs">
          {webhooks.newest(shown, format.number(shown))}
        </Text>
      )}
    </>
  )
}

/** Each is a deed of its own: one that is waited for holds up no other. */
function Again({ delivery }: { delivery: DeliveryView }) {
  const { text, format } = useSpoken()
  const { webhooks } = text
  const queries = useQueryClient()
  const { eventId, endpointId, type, attempts } = delivery
  const again = useDeed({
    mutationFn: (_asked: void, requestId) => api.webhooks.redeliver({ eventId, endpointId }, { requestId }),
    onSuccess(now) {
      const said = answerWords(now, webhooks)
      const next =
        now.nextTryAt === null
          ? webhooks.queued
          : webhooks.stillTried(format.relative(now.nextTryAt, new Date()))
      if (now.state === 'delivered') tellDone(said)
      else if (now.state === 'waiting' && now.attempts === attempts) tellDone(next)
      else tellProblem(now.state === 'waiting' ? `${said} ${next}` : said, text)
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.webhooks }),
  })
  return (
    <Button
      size="xs"
      variant="subtle"
      aria-label={`${webhooks.again}: ${webhooks.typeNames[type]}`}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      {webhooks.again}
    </Button>
  )
}

function Outcome({ delivery, now }: { delivery: DeliveryView; now: Date }) {
  const { text, format } = useSpoken()
  const { webhooks } = text
  const { state, attempts, nextTryAt } = delivery
  const next =
    state === 'failed'
      ? webhooks.givenUp
      : state === 'waiting' && nextTryAt !== null && attempts > 0
        ? webhooks.stillTried(format.relative(nextTryAt, now))
        : ''
  return (
    <>
      <StateMark {...looks[state]}>{webhooks.states[state]}</StateMark>
      <Text size="sm" c="dimmed">
        {[answerWords(delivery, webhooks), next, attempts > 1 ? `${webhooks.attempts(attempts)}.` : '']
          .filter((one) => one !== '')
          .join(' ')}
      </Text>
    </>
  )
}

function hostOf(url: string | undefined): string {
  return url === undefined ? '' : new URL(url).host
}
