import { Button, Progress, Text, Title } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Panel } from '../../parts/panel.js'
import { useNow } from '../../parts/use-now.js'
import { useSpoken } from '../../text/text.js'
import styles from './activity.module.css'
import { KeepElsewhere } from './keep-elsewhere.js'
import { useVerification } from './use-verification.js'
import { VerifiedWords } from './verified-words.js'

/** The chain of receipts: how far it goes, whether it is whole, and how somebody else can tell. */
export function RecordPanel() {
  const { text, format } = useSpoken()
  const { record } = text
  const now = useNow()
  const { data } = useQuery({ queryKey: keys.chain, queryFn: () => api.audit.chain(), staleTime: 0 })
  const { verify, verified, error, isVerifying, done } = useVerification()
  const head = data?.head ?? null
  const all = head === null ? 0 : head.seq - (data?.cut?.seq ?? 0)
  return (
    <Panel hasRows>
      <div className={styles.record}>
        <div className={styles.words}>
          <Title order={2}>{record.title}</Title>
          <Text size="sm" c="dimmed">
            {record.lead}
          </Text>
          <Text size="sm" mt={4}>
            {data !== undefined &&
              (head === null
                ? record.nothingYet
                : `${record.entries(all, format.number(all))} · ${record.signedAt(format.relative(new Date(head.at), now))}`)}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={isVerifying}
          disabled={head === null}
          onClick={verify}
        >
          {record.verify}
        </Button>
      </div>
      {isVerifying && (
        <div className={styles.result} role="status">
          <Text size="sm" mb={6}>
            {record.verifying(format.number(done), format.number(all))}
          </Text>
          <Progress
            value={all === 0 ? 0 : Math.min(100, (100 * done) / all)}
            size="sm"
            aria-label={record.verify}
          />
        </div>
      )}
      {error !== null && !isVerifying && (
        <div className={styles.result}>
          <FailurePanel error={error} onRetry={verify} />
        </div>
      )}
      {verified !== undefined && !isVerifying && (
        <div className={styles.result} role="status">
          <VerifiedWords verified={verified} />
        </div>
      )}
      {head !== null && <KeepElsewhere head={head} />}
    </Panel>
  )
}
