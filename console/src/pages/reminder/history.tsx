import { Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { Panel } from '../../parts/panel.js'
import { ShowMore } from '../../parts/show-more.js'
import { When } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import { whoOf } from '../activity/subject.js'
import styles from './reminder.module.css'

const pageSize = 20
const fewRows = 3
/** Of pages that are asked for by themselves, one after the other. */
const mostPages = 10

/** Who changed what of a reminder and its runs, and why: the latest first. */
export function History({ reminderKey, now }: { reminderKey: string; now: Date }) {
  const { text, say } = useSpoken()
  const { reminder, activity } = text
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } = useInfiniteQuery({
    queryKey: keys.reminderHistory(reminderKey),
    queryFn: ({ pageParam }) =>
      api.reminders.history(reminderKey, {
        limit: pageSize,
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const requests = (data?.pages ?? []).flatMap(({ items }) =>
    items.flatMap((item) => (item.kind === 'request' ? [item] : [])),
  )
  const pages = data?.pages.length ?? 0
  // Among what was sent, many times over, there may be few requests.
  const mayGoOn = hasNextPage && !isFetchingNextPage && !isFetchNextPageError
  const goesOn = mayGoOn && requests.length < fewRows && pages < mostPages
  useEffect(() => {
    if (goesOn) void fetchNextPage()
  }, [goesOn, pages])
  if (requests.length === 0 && !hasNextPage) return null
  return (
    <>
      {requests.length > 0 && (
        <Panel hasRows>
          {requests.map(({ at, action, by, reason, runId, said }) => (
            <div key={`${at.toISOString()}${action}${runId ?? ''}`} className={styles.change}>
              <Text>
                {reminder.actions[action] ?? action}
                {by !== null && (
                  <Text span c="dimmed" inherit>
                    {' '}
                    {reminder.by(whoOf({ by }, activity))}
                  </Text>
                )}
                {reason !== null && (
                  <Text size="sm" c="dimmed">
                    {say(reason, said?.reason)}
                  </Text>
                )}
              </Text>
              <Text size="sm" c="dimmed">
                <When date={at} isRelativeTo={now} />
              </Text>
            </div>
          ))}
        </Panel>
      )}
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  )
}
