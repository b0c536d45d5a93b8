import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import { Alert, Button, Group, Progress, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { Confirm } from '../../parts/confirm.js'
import { failureText } from '../../parts/failure-panel.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { FoundList } from './found-list.js'
import styles from './import-export.module.css'
import type { Found } from './look.js'
import type { Importing } from './use-import.js'

const shown = ['all', 'new', 'differs', 'bad', 'same', 'over'] as const
type Shown = (typeof shown)[number]

/** What a file would do, reminder by reminder, and what is to be done of it. */
export function FoundPanel({ importing, found }: { importing: Importing; found: readonly Found[] }) {
  const { text, format } = useSpoken()
  const { importExport } = text
  const { outcomes, failure, work, create, replace, begin } = importing
  const may = useMay()
  const [filter, setFilter] = useState<Shown>('all')
  const [asked, setAsked] = useState<readonly Found[]>()

  const byKind = useMemo(
    () =>
      Object.fromEntries(
        shown.map((kind) => [kind, found.filter((one) => kind === 'all' || one.kind === kind)]),
      ) as Record<Shown, Found[]>,
    [found],
  )
  const countOf = (kind: Shown) => byKind[kind].length
  const { new: fresh, differs: different } = byKind
  // What was created meanwhile is new no more.
  const list = countOf(filter) === 0 ? found : byKind[filter]
  const isAllThere = countOf('same') === found.length
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <SegmentedControl
          aria-label={text.common.state}
          className={styles.kinds}
          value={countOf(filter) === 0 ? 'all' : filter}
          onChange={setFilter}
          data={shown
            .filter((kind) => kind === 'all' || countOf(kind) > 0)
            .map((value) => ({
              value,
              label: `${importExport.kinds[value]} ${format.number(countOf(value))}`,
            }))}
        />
        {may.edit && (
          <Group gap="xs">
            {different.length > 0 && (
              <Button variant="default" disabled={work !== undefined} onClick={() => setAsked(different)}>
                {importExport.change(different.length, format.number(different.length))}
              </Button>
            )}
            {fresh.length > 0 && (
              <Button
                loading={work?.kind === 'create'}
                disabled={work !== undefined}
                onClick={() => void create(fresh)}
              >
                {importExport.create(fresh.length, format.number(fresh.length))}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {!may.edit && <Note>{importExport.viewerNote}</Note>}
      {work !== undefined && <Working work={work} />}
      {failure !== undefined && work === undefined && (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={importExport.failureTitle}
          role="alert"
        >
          <Text>{failureText(failure, text)}</Text>
          <Text mt={4}>{importExport.failureHelp}</Text>
        </Alert>
      )}
      {isAllThere && work === undefined && (
        <Alert
          color="verdigris"
          icon={<IconCircleCheck aria-hidden />}
          title={importExport.doneTitle}
          role="status"
        >
          <Group justify="space-between">
            {importExport.doneHelp}
            <Button size="compact-sm" variant="default" onClick={() => begin(undefined)}>
              {importExport.done}
            </Button>
          </Group>
        </Alert>
      )}
      {countOf('bad') > 0 && fresh.length > 0 && <Note>{importExport.onlyGood}</Note>}
      <FoundList
        found={list}
        outcomes={outcomes}
        onChange={may.edit && work === undefined ? (one) => setAsked([one]) : undefined}
      />
      <Confirm
        isOpen={asked !== undefined}
        title={importExport.changeTitle}
        action={importExport.change(asked?.length ?? 0, format.number(asked?.length ?? 0))}
        onClose={() => setAsked(undefined)}
        onConfirm={() => {
          setAsked(undefined)
          if (asked) void replace(asked)
        }}
      >
        {importExport.changeBody(asked?.length ?? 0, format.number(asked?.length ?? 0))}
      </Confirm>
    </Stack>
  )
}

function Working({ work: { kind, done, total } }: { work: NonNullable<Importing['work']> }) {
  const { text, format } = useSpoken()
  const { importExport } = text
  const label =
    kind === 'create'
      ? importExport.creating(importExport.summary(total, format.number(total)))
      : importExport.changing(format.number(done), format.number(total))
  return (
    <div role="status">
      <Text fw={550}>{label}</Text>
      {kind === 'create' && (
        <Text size="sm" c="dimmed">
          {importExport.creatingHelp}
        </Text>
      )}
      <Progress
        mt="xs"
        aria-label={label}
        value={kind === 'create' ? 100 : (done / total) * 100}
        animated={kind === 'create'}
        striped={kind === 'create'}
      />
    </div>
  )
}

function Note({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      <IconInfoCircle size={15} aria-hidden className={styles.inline} /> {children}
    </Text>
  )
}
