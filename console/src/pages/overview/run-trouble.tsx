import { Anchor, Button, Text } from '@mantine/core'
import { IconRepeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { RunView } from '../../../../src/store/views/runs.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { StateMark } from '../../parts/state-mark.js'
import { When } from '../../parts/when.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { runMark } from '../runs/run-state.js'
import { useRetry } from '../runs/use-retry.js'
import { whyWords } from '../runs/why.js'
import styles from './overview.module.css'

/** A run that did not reach everybody: whom not and why, and to send to them again. */
export function RunTrouble({ run, name }: { run: RunView; name: string }) {
  const { text, format, say } = useSpoken()
  const { overview, runs } = text
  const may = useMay()
  const retry = useRetry(run.id)
  const isMissed = run.state === 'missed'
  const { data } = useQuery({
    queryKey: keys.runReasons(run.id),
    queryFn: () => api.runs.show(run.id, { limit: 1 }),
    enabled: !isMissed,
  })
  const { targets, totalTargets = 0 } = data?.progress ?? {}
  const missing = totalTargets - (targets?.delivered ?? 0)
  const [why] = (data?.reasons ?? []).filter(({ state }) => state !== 'pending' && state !== 'delivered')
  return (
    <div className={styles.trouble} data-trouble={run.id}>
      <Text truncate>
        <Anchor component={Link} to={`/runs/${encodeURIComponent(run.id)}`} c="inherit" fw={550}>
          <bdi>{name}</bdi>
        </Anchor>
      </Text>
      <StateMark {...runMark(run, text)} />
      <Text size="sm" c="dimmed" className={styles.advice ?? ''}>
        <When date={run.scheduledAt} />
        {' · '}
        {isMissed && overview.runMissed}
        {missing > 0 &&
          `${overview.notReached(missing, format.number(missing), format.number(totalTargets))}. `}
        {why &&
          whyWords(why, { text, say })
            .filter((words) => words !== '')
            .join('. ')}
      </Text>
      {may.edit && (targets?.failed ?? 0) > 0 && (
        <Button
          size="xs"
          variant="default"
          className={styles.mend ?? ''}
          leftSection={<IconRepeat size={15} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {runs.retry}
        </Button>
      )}
    </div>
  )
}
