import '@mantine/core/styles/Code.layer.css'
import { Anchor, Button, Code, Group, Text, Title } from '@mantine/core'
import { IconDownload, IconFileCertificate, IconHourglass } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RunReceipt } from '../../../../src/client/runs/receipt.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { saveFile } from '../../parts/download.js'
import { unreadText } from '../../parts/failure-panel.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import styles from './runs.module.css'

/** A job writes it each minute. */
const askEveryMs = 5_000

/** What of a run that is over is in the record, for who asks later what was sent. */
export function Receipt({ id }: { id: string }) {
  const { text } = useSpoken()
  const { receipts } = text
  const { data, error } = useQuery({
    queryKey: keys.receipt(id),
    queryFn: () => api.runs.receipt(id),
    refetchInterval: ({ state }) => (state.data?.kind === 'pending' ? askEveryMs : false),
  })
  if (data === undefined && error === null) return null
  return (
    <section data-receipt={data?.kind ?? 'missing'}>
      <Title order={2} mb="xs">
        {receipts.title}
      </Title>
      <Panel>
        <div className={styles.receipt}>
          {error !== null && (
            <>
              <StateMark tone="quiet" icon={IconHourglass}>
                {receipts.missing}
              </StateMark>
              <Text size="sm" c="dimmed">
                {unreadText(error, text)}
              </Text>
            </>
          )}
          {data?.kind === 'pending' && (
            <>
              <StateMark tone="live" icon={IconHourglass}>
                {receipts.pending}
              </StateMark>
              <Text size="sm" c="dimmed">
                {receipts.pendingText}
              </Text>
            </>
          )}
          {data?.kind === 'written' && <Written receipt={data.receipt} />}
        </div>
      </Panel>
    </section>
  )
}

function Written({ receipt }: { receipt: RunReceipt }) {
  const { text, format } = useSpoken()
  const { receipts } = text
  const { entry, hash } = receipt
  const sends = entry.targets.flatMap((target) => target.sends)
  const taken = sends.flatMap(({ ackedAt }) => ackedAt ?? []).toSorted()
  const [first, last] = [taken[0], taken.at(-1)]
  return (
    <>
      <Group justify="space-between" gap="xs">
        <StateMark tone="ok" icon={IconFileCertificate}>
          {receipts.written}
        </StateMark>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => saveFile(`receipt-${entry.seq}.json`, `${JSON.stringify(receipt, null, 2)}\n`)}
        >
          {receipts.download}
        </Button>
      </Group>
      <Text size="sm">
        {receipts.holds(
          receipts.recipients(entry.targets.length, format.number(entry.targets.length)),
          receipts.messages(sends.length, format.number(sends.length)),
        )}{' '}
        {receipts.noNames}
      </Text>
      <dl className={styles.facts}>
        <Fact name={receipts.taken}>
          {receipts.takenOf(format.number(taken.length), format.number(sends.length))}
        </Fact>
        {first !== undefined && last !== undefined && (
          <Fact name={receipts.takenAt}>
            {[...new Set([first, last].map((at) => format.moment(new Date(at))))].join(' – ')}
          </Fact>
        )}
        <Fact name={receipts.entry}>
          {format.number(entry.seq)} ·{' '}
          <Anchor component={Link} to="/activity" inherit underline="always">
            {receipts.verify}
          </Anchor>
        </Fact>
        <Fact name={receipts.fingerprint}>
          <Code>{hash.slice(0, 16)}…</Code>
        </Fact>
      </dl>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
