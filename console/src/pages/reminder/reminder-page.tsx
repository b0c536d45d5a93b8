import '@mantine/core/styles/ActionIcon.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { ActionIcon, Anchor, Button, Menu, Stack, Text, Title } from '@mantine/core'
import {
  IconArrowForwardUp,
  IconBan,
  IconClockEdit,
  IconCopy,
  IconDots,
  IconDownload,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
  IconTrash,
} from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { reminderWorkflowId } from '../../../../src/domain/ids.js'
import { isFinalReminder } from '../../../../src/domain/states.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { LoadingRows, Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { TemporalLink } from '../../parts/temporal-link.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useNow } from '../../parts/use-now.js'
import { momentIn, viewerZone, When } from '../../parts/when.js'
import { useMay, useSession } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { draftOf, newKey } from '../editor/draft.js'
import { exportThese } from '../import-export/export-file.js'
import { beginDraft, draftPlace } from '../editor/draft-store.js'
import { DraftPreview } from '../editor/draft-preview.js'
import { reminderLooks } from '../reminders/reminder-state.js'
import { audienceWords, firstWords } from '../reminders/summary.js'
import { RunRow } from '../runs/run-row.js'
import { History } from './history.js'
import { ReminderDialog, type ReminderAction } from './reminder-dialogs.js'
import styles from './reminder.module.css'

const shownUpcoming = 8

export function ReminderPage() {
  const { key } = useParams({ from: '/reminders/$key' })
  const { text, format, say, sayWhen } = useSpoken()
  const { reminder: words, common } = text
  const now = useNow()
  const may = useMay()
  const { operatorId } = useSession()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<ReminderAction>()
  const { data, error, refetch } = useQuery({
    queryKey: keys.reminder(key),
    queryFn: () => api.reminders.show(key),
  })
  const act = useDeed({
    mutationFn: (what: 'pause' | 'resume', requestId) => api.reminders[what](key, { requestId }),
    onSuccess: ({ confirmed }) => {
      if (!confirmed) tellDone(text.failures.asked)
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.reminders }),
  })
  const draft = useMemo(() => data && draftOf(key, data.definition), [key, data])

  if (data === undefined || draft === undefined)
    return (
      <Page title={key}>
        {error === null ? <LoadingRows /> : <FailurePanel error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const { definition, state, nextFire, upcoming, runs, reason, pausedUntil } = data
  const { zone } = definition.schedule
  const isOver = isFinalReminder(state)

  function duplicate(): void {
    const copy = draftOf(newKey(), definition)
    beginDraft(draftPlace(operatorId, undefined), { draft: copy })
    void navigate({ to: '/reminders/new' })
  }

  return (
    <Page
      title={firstWords(definition, text)}
      lead={
        <>
          {sayWhen(data.definition.schedule, data.words)}{' '}
          <TemporalLink workflowId={reminderWorkflowId(operatorId, key)} before="· " />
        </>
      }
      actions={
        may.edit && (
          <>
            {!isOver && (
              <Button
                component={Link}
                to={`/reminders/${encodeURIComponent(key)}/edit`}
                leftSection={<IconPencil size={16} aria-hidden />}
              >
                {words.edit}
              </Button>
            )}
            {!isOver && state !== 'paused' && (
              <Button
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden />}
                loading={act.isPending}
                onClick={() => act.mutate('pause')}
              >
                {words.pause}
              </Button>
            )}
            {state === 'paused' && (
              <Button
                variant="default"
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                loading={act.isPending}
                onClick={() => act.mutate('resume')}
              >
                {words.resume}
              </Button>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={36} aria-label={common.more}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {!isOver && nextFire !== null && (
                  <>
                    <Menu.Item
                      leftSection={<IconClockEdit size={16} aria-hidden />}
                      onClick={() => setAsked('snooze')}
                    >
                      {words.snooze}
                    </Menu.Item>
                    <Menu.Item
                      leftSection={<IconArrowForwardUp size={16} aria-hidden />}
                      onClick={() => setAsked('skip')}
                    >
                      {words.skip}
                    </Menu.Item>
                  </>
                )}
                {!isOver && (
                  <Menu.Item
                    leftSection={<IconSend size={16} aria-hidden />}
                    onClick={() => setAsked('fire')}
                  >
                    {words.fire}
                  </Menu.Item>
                )}
                <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={duplicate}>
                  {words.duplicate}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconDownload size={16} aria-hidden />}
                  onClick={() =>
                    void exportThese([{ key, definition }]).catch((problem: unknown) =>
                      tellFailure(problem, text),
                    )
                  }
                >
                  {text.importExport.exportOne}
                </Menu.Item>
                <Menu.Divider />
                {!isOver && (
                  <Menu.Item
                    leftSection={<IconBan size={16} aria-hidden />}
                    onClick={() => setAsked('cancel')}
                  >
                    {words.cancel}
                  </Menu.Item>
                )}
                <Menu.Item
                  leftSection={<IconTrash size={16} aria-hidden />}
                  onClick={() => setAsked('remove')}
                >
                  {words.remove}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        )
      }
      isWide
    >
      <div className={styles.columns}>
        <Stack gap="lg">
          <Panel>
            <dl className={styles.facts}>
              <div>
                <dt>{common.state}</dt>
                <dd>
                  <StateMark {...reminderLooks[state]}>{text.reminders.states[state]}</StateMark>
                  {reason !== null && (
                    <Text size="sm" c="dimmed">
                      {say(reason, data.said?.reason)}
                    </Text>
                  )}
                  {pausedUntil !== null && (
                    <Text size="sm" c="dimmed">
                      {words.pausedUntil(momentIn(format, pausedUntil, zone))}
                    </Text>
                  )}
                </dd>
              </div>
              <div>
                <dt>{words.next}</dt>
                <dd>
                  {nextFire === null ? (
                    text.reminders.nothingToCome
                  ) : (
                    <>
                      <When date={nextFire} zone={zone} />
                      <Text size="sm" c="dimmed">
                        <When date={nextFire} zone={zone} isRelativeTo={now} />
                      </Text>
                    </>
                  )}
                </dd>
              </div>
              <div>
                <dt>{words.to}</dt>
                <dd>{audienceWords(definition, text, format)}</dd>
              </div>
              <div>
                <dt>{words.account}</dt>
                <dd>{definition.account}</dd>
              </div>
            </dl>
          </Panel>
          <section>
            <Title order={2} mb="xs">
              {words.runs}
            </Title>
            {runs.length === 0 ? (
              <Text c="dimmed">{words.noRuns}</Text>
            ) : (
              <Panel hasRows>
                {runs.map((run) => (
                  <RunRow key={run.id} run={run} now={now} zone={zone} name={firstWords(definition, text)} />
                ))}
              </Panel>
            )}
            {runs.length > 0 && (
              <Anchor component={Link} to={`/runs?reminder=${encodeURIComponent(key)}`} size="sm" mt={6}>
                {text.runs.allRuns}
              </Anchor>
            )}
          </section>
          <section>
            <Title order={2} mb="xs">
              {words.history}
            </Title>
            <History reminderKey={key} now={now} />
          </section>
        </Stack>
        <Stack gap="lg">
          <DraftPreview draft={draft} />
          {upcoming.length > 0 && (
            <section>
              <Title order={2} mb="xs">
                {words.upcoming}
              </Title>
              {zone !== viewerZone && (
                <Text size="sm" c="dimmed" mb={4}>
                  {common.inZone(zone)}
                </Text>
              )}
              <ol className={styles.times}>
                {upcoming.slice(0, shownUpcoming).map((at) => (
                  <li key={at}>
                    <time dateTime={at}>{format.moment(new Date(at), zone)}</time>
                  </li>
                ))}
              </ol>
            </section>
          )}
        </Stack>
      </div>
      {asked && <ReminderDialog action={asked} reminder={data} onClose={() => setAsked(undefined)} />}
    </Page>
  )
}
