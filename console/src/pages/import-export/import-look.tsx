import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Alert, Button, Select, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconFileOff, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { useSpoken } from '../../text/text.js'
import { FileTooHard } from './file-work.js'
import { FileRefused } from './file-refused.js'
import { FoundPanel } from './found-panel.js'
import { ImageFiles } from './image-files.js'
import styles from './import-export.module.css'
import { mostKept, type ImportSource } from './kept-import.js'
import type { Importing } from './use-import.js'

/** A file that was given: what it would do, and the buttons that let it. */
export function ImportLook({ importing, source }: { importing: Importing; source: ImportSource }) {
  const { text, format } = useSpoken()
  const { importExport } = text
  const { begin, change, read, look, written, work } = importing
  const { data: accounts = [] } = useQuery({ queryKey: keys.accounts, queryFn: () => api.accounts.list() })
  const count = written?.length ?? 0
  return (
    <Stack gap="md">
      <Panel>
        <div className={styles.file}>
          <div className={styles.fileName}>
            <Text fw={550} truncate title={source.name}>
              <bdi>{source.name}</bdi>
            </Text>
            <Text size="sm" c="dimmed">
              {written === undefined ? ' ' : importExport.summary(count, format.number(count))}
              {source.text.length > mostKept && ` · ${importExport.notKept}`}
            </Text>
          </div>
          {count > 0 && accounts.length > 1 && (
            <Select
              aria-label={importExport.allFrom}
              data={[
                { value: '', label: importExport.asInFile },
                ...accounts.map(({ id }) => ({ value: id, label: `${importExport.allFrom} ${id}` })),
              ]}
              value={source.account ?? ''}
              onChange={(account) => {
                change(source.givenAt, ({ account: _before, ...others }) =>
                  account === null || account === '' ? others : { ...others, account },
                )
              }}
              allowDeselect={false}
              disabled={work !== undefined}
              w={230}
            />
          )}
          <Button variant="default" disabled={work !== undefined} onClick={() => begin(undefined)}>
            {importExport.another}
          </Button>
        </div>
      </Panel>
      {read.isPending && <Waiting label={importExport.reading} />}
      {read.error && (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={importExport.refusedTitle}
          role="alert"
        >
          {read.error instanceof FileTooHard ? importExport.tooHard : text.failures.unexpected}
        </Alert>
      )}
      {read.data?.kind === 'refused' && <FileRefused problems={read.data.problems} />}
      {written !== undefined && count === 0 && (
        <Empty icon={IconFileOff} title={importExport.nothingInIt} help={importExport.nothingInItHelp} />
      )}
      {written !== undefined && count > 0 && (
        <>
          <ImageFiles
            written={written}
            images={source.images}
            onAdded={(added) =>
              change(source.givenAt, (now) => ({ ...now, images: { ...now.images, ...added } }))
            }
          />
          {look.error && look.data === undefined && (
            <FailurePanel error={look.error} onRetry={() => void look.refetch()} />
          )}
          {look.isPending && !look.error && <Waiting label={importExport.looking} />}
          {look.data && <FoundPanel importing={importing} found={look.data} />}
        </>
      )}
    </Stack>
  )
}

function Waiting({ label }: { label: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed" role="status">
        <IconInfoCircle size={15} aria-hidden className={styles.inline} /> {label}
      </Text>
      <LoadingRows />
    </Stack>
  )
}
