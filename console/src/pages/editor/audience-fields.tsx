import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/Pill.layer.css'
import '@mantine/core/styles/PillsInput.layer.css'
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Checkbox.layer.css'
import {
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Skeleton,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useMemo, useRef, useState } from 'react'
import type { KnownGroup } from '../../../../src/store/views/groups.js'
import { groupsWithName } from '../../../../src/domain/groups.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { tellFailure } from '../../parts/tell.js'
import { useSpoken } from '../../text/text.js'
import type { AudienceDraft } from './draft.js'
import styles from './editor.module.css'

const rowPx = 46
const isGroup = (recipient: string): boolean => recipient.endsWith('@g.us')

/** Who gets it: groups by their names, all of them, or people by their numbers. */
export const AudienceFields = memo(function AudienceFields({
  account,
  audience,
  issues,
  onAudience,
}: {
  account: string | undefined
  audience: AudienceDraft
  issues: ReadonlyMap<string, string>
  onAudience: (audience: AudienceDraft) => void
}) {
  const { text, format } = useSpoken()
  const { editor, accounts } = text
  const {
    data: groups,
    error,
    refetch,
  } = useQuery({
    queryKey: keys.groups(account ?? ''),
    queryFn: () => api.groups.list(account ?? ''),
    enabled: account !== undefined,
  })
  const people = audience.recipients.filter((recipient) => !isGroup(recipient))
  const chosen = useMemo(() => new Set(audience.recipients.filter(isGroup)), [audience.recipients])
  const count = groups?.length ?? 0
  const issue = issues.get('to')
  const wrong = audience.recipients.flatMap((recipient, index) => {
    const why = isGroup(recipient) ? undefined : issues.get(`to[${index}]`)
    return why === undefined ? [] : [`${shownPerson(recipient)}: ${why}`]
  })

  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={editor.sections.who}
        value={audience.all ? 'all' : 'chosen'}
        onChange={(value) => onAudience({ ...audience, all: value === 'all' })}
        data={[
          { value: 'chosen', label: editor.chosen },
          { value: 'all', label: editor.allGroups },
        ]}
      />
      {audience.all ? (
        <Text size="sm" c="dimmed">
          {editor.allGroupsHelp(accounts.groups(count, format.number(count)))}
        </Text>
      ) : (
        <>
          {groups === undefined && account !== undefined ? (
            <GroupsToCome error={error} onRetry={() => void refetch()} />
          ) : (
            <GroupPicker
              account={account}
              groups={groups ?? []}
              chosen={chosen}
              onChosen={(picked) => onAudience({ ...audience, recipients: [...picked, ...people] })}
            />
          )}
          <TagsInput
            label={editor.people}
            description={editor.peopleHelp}
            value={people.map(shownPerson)}
            onChange={(numbers) =>
              onAudience({
                ...audience,
                recipients: [...new Set([...chosen, ...numbers.map(writtenPerson)])],
              })
            }
            error={wrong.length > 0 && wrong.join(' · ')}
            acceptValueOnBlur
            clearable
          />
        </>
      )}
      {issue !== undefined && (
        <Text size="sm" c="red" role="alert">
          {issue}
        </Text>
      )}
    </Stack>
  )
})

/** Until they are read, nothing is said of them: neither that there are none, nor that one was left. */
function GroupsToCome({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const { common } = useSpoken().text
  if (error !== null) return <FailurePanel error={error} onRetry={onRetry} />
  return <Skeleton height={6 * rowPx} role="status" aria-label={common.loading} />
}

function GroupPicker({
  account,
  groups,
  chosen,
  onChosen,
}: {
  account: string | undefined
  groups: readonly KnownGroup[]
  chosen: ReadonlySet<string>
  onChosen: (chosen: string[]) => void
}) {
  const { text, format } = useSpoken()
  const { editor } = text
  const queries = useQueryClient()
  const [search, setSearch] = useState('')
  const found = useMemo(() => groupsWithName(groups, search), [groups, search])
  const allowed = found.filter(({ cannotPost }) => cannotPost === null)
  // What the account has left meanwhile can be taken away all the same.
  const gone = [...chosen].filter((jid) => groups.every((group) => group.jid !== jid))
  const refresh = useDeed({
    mutationFn: () => api.groups.refresh(account ?? ''),
    onError: (error) => tellFailure(error, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.groups(account ?? '') }),
  })

  function toggle(jid: string): void {
    onChosen(chosen.has(jid) ? [...chosen].filter((one) => one !== jid) : [...chosen, jid])
  }

  return (
    <div className={styles.picker}>
      <Group gap="xs" className={styles.pickerTools}>
        <TextInput
          type="search"
          size="xs"
          aria-label={editor.searchGroups}
          placeholder={editor.searchGroups}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          className={styles.pickerSearch}
        />
        <Button
          variant="subtle"
          size="compact-xs"
          disabled={allowed.length === 0}
          onClick={() => onChosen([...new Set([...chosen, ...allowed.map(({ jid }) => jid)])])}
        >
          {editor.chooseShown}
        </Button>
        <Button variant="subtle" size="compact-xs" disabled={chosen.size === 0} onClick={() => onChosen([])}>
          {editor.chooseNone}
        </Button>
      </Group>
      {found.length === 0 ? (
        <Stack gap={6} align="center" p="lg">
          <Text size="sm">{groups.length === 0 ? editor.noGroups : editor.noGroupFound}</Text>
          {groups.length === 0 && (
            <>
              <Text size="sm" c="dimmed" ta="center">
                {editor.noGroupsHelp}
              </Text>
              <Button
                size="xs"
                variant="default"
                loading={refresh.isPending}
                disabled={account === undefined}
                onClick={() => refresh.mutate()}
              >
                {editor.readGroups}
              </Button>
            </>
          )}
        </Stack>
      ) : (
        <GroupRows groups={found} chosen={chosen} onToggle={toggle} />
      )}
      {gone.map((jid) => (
        <div key={jid} className={styles.pickerRow}>
          <Checkbox checked onChange={() => toggle(jid)} label={editor.unknownGroup} size="sm" />
        </div>
      ))}
      <Text size="sm" c="dimmed" className={styles.pickerFoot} role="status">
        {editor.groupsChosen(format.number(chosen.size), format.number(groups.length))}
      </Text>
    </div>
  )
}

function GroupRows({
  groups,
  chosen,
  onToggle,
}: {
  groups: readonly KnownGroup[]
  chosen: ReadonlySet<string>
  onToggle: (jid: string) => void
}) {
  const { text, format } = useSpoken()
  const { editor } = text
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: groups.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  })
  return (
    <div ref={scroller} className={styles.pickerList} tabIndex={-1}>
      <div className={styles.pickerInner} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const group = groups[index]
          return (
            group && (
              <div key={key} className={styles.pickerRow} style={{ transform: `translateY(${start}px)` }}>
                <Checkbox
                  size="sm"
                  classNames={{ labelWrapper: styles.pickerLabel ?? '' }}
                  checked={chosen.has(group.jid)}
                  disabled={group.cannotPost !== null && !chosen.has(group.jid)}
                  onChange={() => onToggle(group.jid)}
                  label={
                    <span className={styles.pickerName} dir="auto">
                      {group.subject}
                    </span>
                  }
                  description={
                    group.cannotPost === null
                      ? editor.members(group.participants, format.number(group.participants))
                      : editor.cannotPost[group.cannotPost]
                  }
                />
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

function shownPerson(recipient: string): string {
  return recipient.endsWith('@s.whatsapp.net') ? `+${recipient.split('@')[0] ?? ''}` : recipient
}

/** A number as it is stored, so that a draft that was not changed has nothing new in it; what is none is for the API to refuse. */
function writtenPerson(shown: string): string {
  const digits = shown.replaceAll(/[\s()./-]/g, '')
  return /^\+[1-9]\d{6,14}$/.test(digits) ? `${digits.slice(1)}@s.whatsapp.net` : shown
}
