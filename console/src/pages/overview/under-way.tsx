import { Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { RunView } from '../../../../src/store/views/runs.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { useNow } from '../../parts/use-now.js'
import { runMark } from '../runs/run-state.js'
import { useWaitWords } from '../runs/waits.js'
import styles from './overview.module.css'

/** Runs under way, with how far each is: live. */
export function UnderWay({ runs, names }: { runs: readonly RunView[]; names: ReadonlyMap<string, string> }) {
  return (
    <Panel hasRows>
      {runs.map((run) => (
        <OneRun key={run.id} run={run} name={names.get(run.key) ?? run.key} />
      ))}
    </Panel>
  )
}

function OneRun({ run, name }: { run: RunView; name: string }) {
  const { text, format } = useSpoken()
  const { data } = useQuery({
    queryKey: keys.progress(run.id),
    queryFn: () => api.runs.progress(run.id),
  })
  const now = useNow()
  const waits = useWaitWords(data, now)
  return (
    <Link to="/runs/$id" params={{ id: run.id }} className={styles.underWay}>
      <div className={styles.underWayHead}>
        <Text fw={550} truncate>
          <bdi>{name}</bdi>
        </Text>
        <StateMark {...runMark(data?.run ?? run, text, data?.sends.sending)} />
      </div>
      <Progress
        size={6}
        value={data === undefined ? 0 : (100 * data.doneTargets) / Math.max(1, data.totalTargets)}
        aria-label={`${text.runs.progressLabel}: ${name}`}
      />
      <Text size="sm" c="dimmed" mt={6}>
        {data && text.runs.of(format.number(data.doneTargets), format.number(data.totalTargets))}
        {waits !== undefined && data?.waits?.kind !== 'operator' && ` · ${text.runs.waitsFor} ${waits}`}
        {data?.finishesAt !== undefined && ` · ${text.runs.etaAt(format.time(data.finishesAt))}`}
      </Text>
    </Link>
  )
}
