import { Alert, Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core'
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
import { TemporalLink } from '../../parts/temporal-link.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { useReminderNames } from '../reminders/use-names.js'
import { Progress } from './progress.js'
import { Reasons } from './reasons.js'
import { RunContent } from './run-content.js'
import { Receipt } from './receipt.js'
import { runMark } from './run-state.js'
import { wasStopped } from './stopped.js'
import { Targets } from './targets.js'
import { useRetry } from './use-retry.js'
import styles from './runs.module.css'

/** Events bring the counts; the pace and the end are asked for. */
const askEveryMs = 2_000

export function RunPage() {
  const { id } = useParams({ from: '/runs/$id' })
  const { text, format, say } = useSpoken()
  const { runs } = text
  const may = useMay()
  const queries = useQueryClient()
  const [asksCancel, setAsksCancel] = useState(false)
  const [why, setWhy] = useState('')
  const { data, error, refetch } = useQuery({
    queryKey: keys.progress(id),
    queryFn: () => api.runs.progress(id),
    refetchInterval: ({ state }) => (state.data && isFinalRun(state.data.run.state) ? false : askEveryMs),
  })

  const names = useReminderNames(data === undefined ? [] : [data.run.key])

  const act = useDeed({
    mutationFn: (
      { what, why }: { what: 'pause' | 'resume' | 'cancel'; why?: string | undefined },
      requestId,
    ) => api.runs[what](id, { requestId, ...(why !== undefined && { reason: why }) }),
    onSuccess: ({ confirmed }) => {
      if (!confirmed) tellDone(text.failures.asked)
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.run(id) }),
  })
  const retry = useRetry(id)

  if (data === undefined)
    return (
      <Page title={runs.title}>
        {error === null ? <LoadingRows /> : <FailurePanel error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const { run } = data
  const isOver = isFinalRun(run.state)
  const isDoing = (what: string) => act.isPending && act.variables.what === what
  const isStopping = run.hold === 'cancel' || isDoing('cancel')
  const mark = runMark(
    isStopping && !isOver ? { ...run, state: 'paused', hold: 'cancel' } : run,
    text,
    data.sends.sending,
  )
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
          </Anchor>{' '}
          <TemporalLink workflowId={run.id} before="· " />
        </>
      }
      actions={
        may.edit && (
          <>
            {!isOver && !isStopping && run.state !== 'paused' && (
              <Button
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden />}
                loading={isDoing('pause')}
                onClick={() => act.mutate({ what: 'pause' })}
              >
                {runs.pause}
              </Button>
            )}
            {!isStopping && run.state === 'paused' && (
              <Button
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                loading={isDoing('resume')}
                onClick={() => act.mutate({ what: 'resume' })}
              >
                {runs.resume}
              </Button>
            )}
            {!isOver && !isStopping && (
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
                <StateMark {...mark} />
              </span>
            </Progress>
          </Panel>
          {data.unsentAtDeadline !== undefined && (
            <Alert color="brass" icon={<IconAlertTriangle aria-hidden />}>
              {runs.unsent(data.unsentAtDeadline, format.number(data.unsentAtDeadline))}
            </Alert>
          )}
          {isOver && !wasStopped(run) && run.reason !== null && (
            <Text c="dimmed">{say(run.reason, run.said?.reason)}</Text>
          )}
          <Reasons progress={data} />
        </Stack>
        <aside className={styles.content}>
          <RunContent run={run} />
        </aside>
        <section>
          <Title order={2} mb="xs">
            {runs.targets}
          </Title>
          <Targets id={id} counts={data.targets} total={data.totalTargets} isOver={isOver} />
        </section>
        {isOver && <Receipt id={id} />}
      </div>
      <Confirm
        isOpen={asksCancel}
        isDanger
        title={runs.cancelTitle}
        action={runs.cancel}
        isBusy={act.isPending}
        onConfirm={() => {
          // The page says how it stops: that lasts until what is on its way has left.
          setAsksCancel(false)
          act.mutate({ what: 'cancel', why: why.trim() || undefined })
        }}
        onClose={() => setAsksCancel(false)}
      >
        <Text>{runs.cancelText}</Text>
        <TextInput
          label={text.common.reason}
          description={text.common.reasonHelp}
          maxLength={500}
          value={why}
          onChange={({ currentTarget }) => setWhy(currentTarget.value)}
        />
      </Confirm>
    </Page>
  )
}
