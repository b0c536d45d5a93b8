import { Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconPlayerSkipForward,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { WebhookDeliveryState } from '../../../../src/domain/webhooks.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { Panel } from '../../parts/panel.js'
import { StateMark, type Tone } from '../../parts/state-mark.js'
import styles from '../../parts/table.module.css'
import { When } from '../../parts/when.js'
import { useNow } from '../../parts/use-now.js'
import { useText } from '../../text/text.js'

const looks: Record<WebhookDeliveryState, { tone: Tone; icon: Icon }> = {
  waiting: { tone: 'live', icon: IconClock },
  delivered: { tone: 'ok', icon: IconCircleCheck },
  failed: { tone: 'bad', icon: IconAlertTriangle },
  dropped: { tone: 'quiet', icon: IconPlayerSkipForward },
}
const shown = 50

export function Deliveries() {
  const { webhooks, activity } = useText()
  const now = useNow()
  const { data } = useQuery({
    queryKey: keys.deliveries,
    queryFn: () => api.webhooks.deliveries({ limit: shown }),
    staleTime: 0,
  })
  if (data === undefined) return null
  if (data.length === 0) return <Text c="dimmed">{webhooks.noDeliveries}</Text>
  return (
    <Panel>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{activity.columns.when}</th>
              <th scope="col">{activity.columns.what}</th>
              <th scope="col">{activity.columns.why}</th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ eventId, endpointId, type, at, state, attempts, lastStatus, lastError }) => (
              <tr key={`${eventId}/${endpointId}`}>
                <td className={styles.narrow}>
                  <When date={at} isRelativeTo={now} />
                </td>
                <td>{webhooks.typeNames[type]}</td>
                <td>
                  <StateMark {...looks[state]}>{webhooks.states[state]}</StateMark>
                  <Text size="sm" c="dimmed">
                    {webhooks.attempts(attempts)}
                    {lastError === null ? lastStatus !== null && ` · ${lastStatus}` : ` · ${lastError}`}
                  </Text>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}
