import { Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconMailCheck, IconRefresh } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { UpdateKey } from '../../../../src/domain/telegram.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { Confirm } from '../../parts/confirm.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import table from '../../parts/table.module.css'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useNow } from '../../parts/use-now.js'
import { When } from '../../parts/when.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken, useText } from '../../text/text.js'
import { WhyDialog } from './why-dialog.js'

const pageSize = 100

/** The updates that a bot gave up: why, and to try them again. */
export function InboxPage() {
  const { text, format } = useSpoken()
  const { inbox: words, common } = text
  const may = useMay()
  const now = useNow()
  const queries = useQueryClient()
  const [isAskedAll, setAskedAll] = useState(false)
  const [asked, setAsked] = useState<UpdateKey>()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.inbox,
    queryFn: ({ pageParam }) =>
      api.inbox.list({
        limit: pageSize,
        states: ['dead'],
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    enabled: may.edit,
    staleTime: 0,
  })
  const all = useDeed({
    mutationFn: (_asked: void, requestId) => api.inbox.redriveAll({ requestId }),
    onSuccess({ redriven }) {
      setAskedAll(false)
      tellDone(words.doneAll(redriven, format.number(redriven)))
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.inbox }),
  })
  const updates = data?.pages.flatMap(({ items }) => items)

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        updates !== undefined &&
        updates.length > 0 && (
          <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setAskedAll(true)}>
            {words.all}
          </Button>
        )
      }
    >
      {error !== null && updates === undefined && (
        <FailurePanel error={error} onRetry={() => void refetch()} />
      )}
      {updates === undefined && error === null && may.edit && <LoadingRows />}
      {(updates?.length === 0 || !may.edit) && (
        <Empty icon={IconMailCheck} title={words.empty} help={words.emptyHelp} />
      )}
      {updates !== undefined && updates.length > 0 && (
        <Panel>
          <div className={table.scroll} tabIndex={0} role="region" aria-label={words.title}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{words.columns.when}</th>
                  <th scope="col">{words.columns.bot}</th>
                  <th scope="col">{words.columns.what}</th>
                  <th scope="col">{words.columns.state}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {updates.map(({ bot, updateId, kind, attempts, arrivedAt }) => (
                  <tr key={`${bot}/${updateId}`} data-update={updateId}>
                    <td className={table.narrow}>
                      <When date={arrivedAt} isRelativeTo={now} />
                    </td>
                    <td>{bot}</td>
                    <td>
                      {words.kinds[kind] ?? kind}
                      <Text size="sm" c="dimmed">
                        {words.update(updateId)}
                      </Text>
                    </td>
                    <td>
                      <StateMark tone="bad" icon={IconAlertTriangle}>
                        {words.givenUp}
                      </StateMark>
                      <Text size="sm" c="dimmed">
                        {words.attempts(attempts)}
                      </Text>
                    </td>
                    <td>
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        {may.own && (
                          <Button
                            size="xs"
                            variant="subtle"
                            aria-label={words.whyOf(updateId)}
                            onClick={() => setAsked({ bot, updateId })}
                          >
                            {words.why}
                          </Button>
                        )}
                        <Again update={{ bot, updateId }} />
                      </Group>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {common.showMore}
        </Button>
      )}
      {isAskedAll && (
        <Confirm
          isOpen
          title={words.allTitle}
          action={words.all}
          isBusy={all.isPending}
          onConfirm={() => all.mutate()}
          onClose={() => setAskedAll(false)}
        >
          {words.allText}
        </Confirm>
      )}
      {asked && <WhyDialog update={asked} onClose={() => setAsked(undefined)} />}
    </Page>
  )
}

/** Each is a deed of its own: one that is waited for holds up no other. */
function Again({ update }: { update: UpdateKey }) {
  const text = useText()
  const { inbox: words } = text
  const queries = useQueryClient()
  const again = useDeed({
    mutationFn: (_asked: void, requestId) => api.inbox.redrive(update, { requestId }),
    onSuccess: ({ already }) => tellDone(already === true ? words.already : words.done),
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.inbox }),
  })
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={words.againOf(update.updateId)}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      {words.again}
    </Button>
  )
}
