import { Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { ShowMore } from '../../parts/show-more.js'
import { useNow } from '../../parts/use-now.js'
import { When } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import styles from '../../parts/table.module.css'

const pageSize = 100

export function ActivityPage() {
  const { text, say } = useSpoken()
  const { activity } = text
  const now = useNow()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam }) =>
      api.audit.list({ limit: pageSize, ...(pageParam !== '' && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  })
  const entries = data?.pages.flatMap(({ items }) => items)
  return (
    <Page title={activity.title} lead={activity.lead}>
      {error !== null && entries === undefined && (
        <FailurePanel error={error} onRetry={() => void refetch()} />
      )}
      {entries === undefined && error === null && <LoadingRows count={8} />}
      {entries?.length === 0 && <Empty icon={IconHistory} title={activity.empty} help={activity.emptyHelp} />}
      {entries !== undefined && entries.length > 0 && (
        <Panel>
          <div className={styles.scroll}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{activity.columns.when}</th>
                  <th scope="col">{activity.columns.what}</th>
                  <th scope="col">{activity.columns.by}</th>
                  <th scope="col">{activity.columns.why}</th>
                </tr>
              </thead>
              <tbody>
                {entries.map(({ id, at, subject, action, by, reason, said }) => {
                  const [kind, name] = partsOf(subject)
                  return (
                    <tr key={id}>
                      <td className={styles.narrow}>
                        <When date={at} isRelativeTo={now} />
                      </td>
                      <td>
                        {activity.kinds[kind] ?? kind}{' '}
                        <Text span fw={550} inherit className={styles.breaks}>
                          {name}
                        </Text>{' '}
                        {activity.actions[action] ?? action}
                      </td>
                      <td className={styles.breaks}>{by ?? activity.byNobody}</td>
                      <td className={styles.breaks}>{reason === null ? null : say(reason, said?.reason)}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Page>
  )
}

/** `reminder:local/class-trip`: its kind, and its name without the operator's. */
function partsOf(subject: string): [string, string] {
  const [kind = '', ...rest] = subject.split(':')
  const path = rest.join(':')
  return [kind, path.includes('/') ? path.slice(path.indexOf('/') + 1) : path]
}
