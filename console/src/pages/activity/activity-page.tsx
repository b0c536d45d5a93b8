import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Group, Select, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { auditAreaNames, type AuditArea } from '../../../../src/domain/audit-areas.js'
import type { AuditView } from '../../../../src/store/views/audit.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { ShowMore } from '../../parts/show-more.js'
import table from '../../parts/table.module.css'
import { useNow } from '../../parts/use-now.js'
import { When } from '../../parts/when.js'
import { useMay, useSession } from '../../shell/use-session.js'
import { useSpoken, useText } from '../../text/text.js'
import { readActivityFilters, type ActivityFilters } from './activity-filters.js'
import styles from './activity.module.css'
import { RecordPanel } from './record-panel.js'
import { subjectOf, whoOf, type Names } from './subject.js'
import { useSubjectNames } from './use-subject-names.js'

const pageSize = 100
const everything = 'all'

export function ActivityPage() {
  const { activity: words } = useText()
  const may = useMay()
  const { operatorId, accounts } = useSession()
  const now = useNow()
  const { about, by } = useSearch({ from: '/activity', select: readActivityFilters, structuralSharing: true })
  const navigate = useNavigate()
  const choose = (chosen: ActivityFilters): void =>
    void navigate({ to: '/activity', search: chosen, replace: true, resetScroll: false })
  const filter = { ...(about && { areas: [about] }), ...(by !== undefined && { by }) }
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.auditList(filter),
    queryFn: ({ pageParam }) =>
      api.audit.list({ limit: pageSize, ...filter, ...(pageParam !== '' && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  })
  const entries = data?.pages.flatMap(({ items }) => items)
  const names = useSubjectNames((entries ?? []).map(({ subject }) => subject))
  const people = usePeople(entries, { operatorId, names, chosen: by })
  const isFiltered = about !== undefined || by !== undefined
  return (
    <Page title={words.title} lead={words.lead}>
      <Stack gap="lg">
        {may.own && accounts === null && <RecordPanel />}
        <Group gap="sm">
          <Select
            label={words.about}
            data={[everything, ...auditAreaNames].map((value) => ({
              value,
              label: words.areas[value as AuditArea | typeof everything],
            }))}
            value={about ?? everything}
            onChange={(value) => {
              const area = auditAreaNames.find((one) => one === value)
              choose({ ...(area && { about: area }), ...(by !== undefined && { by }) })
            }}
            allowDeselect={false}
          />
          <Select
            label={words.by}
            data={people}
            value={by ?? ''}
            onChange={(value) =>
              choose({ ...(about && { about }), ...(value !== null && value !== '' && { by: value }) })
            }
            allowDeselect={false}
            searchable={people.length > 8}
          />
        </Group>
        {error !== null && entries === undefined && (
          <FailurePanel error={error} onRetry={() => void refetch()} />
        )}
        {entries === undefined && error === null && <LoadingRows count={8} />}
        {entries?.length === 0 && (
          <Empty
            icon={IconHistory}
            title={isFiltered ? words.noneFound : words.empty}
            help={isFiltered ? words.noneFoundHelp : words.emptyHelp}
          />
        )}
        {entries !== undefined && entries.length > 0 && (
          <Panel>
            <div className={table.scroll} tabIndex={0} role="region" aria-label={words.title}>
              <table className={`${table.table} ${styles.table}`}>
                <thead>
                  <tr>
                    <th scope="col">{words.columns.when}</th>
                    <th scope="col">{words.columns.what}</th>
                    <th scope="col">{words.columns.via}</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <EntryRow key={entry.id} entry={entry} now={now} names={names} />
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        )}
        <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      </Stack>
    </Page>
  )
}

function EntryRow({ entry, now, names }: { entry: AuditView; now: Date; names: Names }) {
  const { text, say } = useSpoken()
  const { activity: words } = text
  const { at, subject, action, via, reason, said } = entry
  const { thing, name, to } = subjectOf(subject, names)
  const [who, what] = [whoOf(entry, words), words.things[thing](name)]
  const sentence = words.sentences[action]?.(who, what) ?? words.unknown(who, action, what)
  // A name stays as it is written.
  const begun = sentence.startsWith(who) ? sentence : capitalized(sentence)
  return (
    <tr data-action={action}>
      <td className={table.narrow}>
        <When date={at} isRelativeTo={now} />
      </td>
      <td className={table.breaks}>
        {to === undefined ? (
          begun
        ) : (
          <Link to={to} className={styles.link}>
            {begun}
          </Link>
        )}
        {reason !== null && (
          <Text size="sm" c="dimmed" className={table.breaks}>
            {words.columns.why}: {say(reason, said?.reason)}
          </Text>
        )}
      </td>
      <td className={table.narrow}>{via === null ? '' : words.ways[via]}</td>
    </tr>
  )
}

const capitalized = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** Whom the list can be limited to: who has a token, and whoever else has done something that is seen. */
function usePeople(
  entries: readonly AuditView[] | undefined,
  { operatorId, names, chosen }: { operatorId: string; names: Names; chosen: string | undefined },
): { value: string; label: string }[] {
  const { activity: words } = useText()
  const all = new Set([
    ...[...names.tokens.values()].map((name) => `${operatorId}/${name}`),
    ...(entries ?? []).flatMap(({ by }) => by ?? []),
    ...(chosen === undefined ? [] : [chosen]),
  ])
  const people = [...all].map((by) => ({ value: by, label: whoOf({ by, via: null }, words) }))
  return [{ value: '', label: words.anybody }, ...people.toSorted((a, b) => a.label.localeCompare(b.label))]
}
