import { Alert, Anchor, Button, Stack, Text, Title } from '@mantine/core'
import {
  IconAlertTriangle,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRepeat,
} from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { isFinalRun } from '../../../../src/domain/states.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { LoadingRows, Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { useReminderNames } from '../reminders/use-names.js'
import { Progress } from './progress.js'
import { RunContent } from './run-content.js'
import { runLooks } from './run-state.js'
import { Targets } from './targets.js'
import styles from './runs.module.css'

/** Events bring the counts; the pace and the end are asked for. */
const askEveryMs = 2_000

export function RunPage() {
  const { id } = useParams({ from: '/runs/$id' })
  const { text, format, say } = useSpoken()
  const { runs } = text
  const may = useMay()
  const names = useReminderNames()
  const queries = useQueryClient()
  const [asksCancel, setAsksCancel] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: keys.progress(id),
    queryFn: () => api.runs.progress(id),
    refetchInterval: ({ state }) => (state.data && isFinalRun(state.data.run.state) ? false : askEveryMs),
  })

  const act = useDeed({
    mutationFn: (what: 'pause' | 'resume' | 'cancel', requestId) => api.runs[what](id, { requestId }),
    onSuccess: ({ confirmed }) => {
      if (!confirmed) tellDone(text.failures.asked)
      setAsksCancel(false)
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.run(id) }),
  })
  const retry = useDeed({
    mutationFn: (_asked: void, requestId) => api.runs.retryFailed(id, { requestId }),
    onSuccess: (answer) => {
      const count = answer.kind === 'retried' ? answer.targets : 0
      tellDone(count === 0 ? runs.retryNothing : runs.retryDone(count, format.number(count)))
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.run(id) }),
  })

  if (data === undefined)
    return (
      <Page title={runs.title}>
        {error === null ? <LoadingRows /> : <FailurePanel error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const { run } = data
  const isOver = isFinalRun(run.state)
  const isPausing = act.isPending && act.variables === 'pause'
  return (
    <Page
      title={names.get(run.key) ?? run.key}
      lead={
        <>
          {runs.dueAt(format.moment(run.scheduledAt))} ·{' '}
          <Anchor
            component={Link}
            to={`/reminders/${encodeURIComponent(run.key)}`}
            inherit
            underline="always"
          >
            {runs.openReminder}
          </Anchor>
        </>
      }
      actions={
        may.edit && (
          <>
            {!isOver && run.state !== 'paused' && (
              <Button
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden />}
                loading={isPausing}
                onClick={() => act.mutate('pause')}
              >
                {runs.pause}
              </Button>
            )}
            {run.state === 'paused' && (
              <Button
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                loading={act.isPending && act.variables === 'resume'}
                onClick={() => act.mutate('resume')}
              >
                {runs.resume}
              </Button>
            )}
            {!isOver && (
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={16} aria-hidden />}
                onClick={() => setAsksCancel(true)}
              >
                {runs.cancel}
              </Button>
            )}
            {isOver && data.targets.failed > 0 && (
              <Button
                leftSection={<IconRepeat size={16} aria-hidden />}
                loading={retry.isPending}
                onClick={() => retry.mutate()}
              >
                {runs.retry}
              </Button>
            )}
          </>
        )
      }
      isWide
    >
      <div className={styles.columns}>
        <Stack gap="lg">
          <Panel>
            <Progress progress={data}>
              <span role="status" data-state={run.state}>
                <StateMark {...runLooks[run.state]}>
                  {isPausing ? runs.pausing : runs.states[run.state]}
                </StateMark>
              </span>
            </Progress>
          </Panel>
          {data.unsentAtDeadline !== undefined && (
            <Alert color="brass" icon={<IconAlertTriangle aria-hidden />}>
              {runs.unsent(data.unsentAtDeadline, format.number(data.unsentAtDeadline))}
            </Alert>
          )}
          {isOver && run.reason !== null && <Text c="dimmed">{say(run.reason, run.said?.reason)}</Text>}
        </Stack>
        <aside className={styles.content}>
          <RunContent run={run} />
        </aside>
        <section>
          <Title order={2} mb="xs">
            {runs.targets}
          </Title>
          <Targets id={id} counts={data.targets} total={data.totalTargets} />
        </section>
      </div>
      <Confirm
        isOpen={asksCancel}
        isDanger
        title={runs.cancelTitle}
        action={runs.cancel}
        isBusy={act.isPending}
        onConfirm={() => act.mutate('cancel')}
        onClose={() => setAsksCancel(false)}
      >
        {runs.cancelText}
      </Confirm>
    </Page>
  )
}
