import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { Panel } from '../../parts/panel.js'
import { tellFailure } from '../../parts/tell.js'
import { useSpoken } from '../../text/text.js'
import { stateFilters, statesOf, type StateFilter } from '../reminders/filters.js'
import { exportListed } from './export-file.js'
import styles from './import-export.module.css'

/** All reminders as a file, or those of a state or an account. */
export function ExportPanel() {
  const { text, format } = useSpoken()
  const { importExport } = text
  const [filter, setFilter] = useState<StateFilter>('all')
  const [account, setAccount] = useState('')
  const [read, setRead] = useState<number>()
  const [said, setSaid] = useState('')
  const { data: accounts = [] } = useQuery({ queryKey: keys.accounts, queryFn: () => api.accounts.list() })

  async function download(): Promise<void> {
    setRead(0)
    setSaid('')
    try {
      const states = statesOf[filter]
      const count = await exportListed(
        { ...(states && { states }), ...(account !== '' && { account }) },
        setRead,
      )
      setSaid(count === 0 ? importExport.nothingToExport : importExport.exported(count, format.number(count)))
    } catch (error) {
      tellFailure(error, text)
    } finally {
      setRead(undefined)
    }
  }

  return (
    <Panel>
      <Stack gap="md" className={styles.export}>
        <Text size="sm" c="dimmed" maw={640}>
          {importExport.exportHelp}
        </Text>
        <Group gap="sm">
          <SegmentedControl
            aria-label={importExport.which}
            value={filter}
            onChange={setFilter}
            data={stateFilters.map((value) => ({ value, label: text.reminders.filters[value] }))}
          />
          {accounts.length > 1 && (
            <Select
              aria-label={importExport.account}
              data={[
                { value: '', label: importExport.allAccounts },
                ...accounts.map(({ id }) => ({ value: id, label: id })),
              ]}
              value={account}
              onChange={(chosen) => setAccount(chosen ?? '')}
              allowDeselect={false}
              w={200}
            />
          )}
          <Button
            variant="default"
            loading={read !== undefined}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => void download()}
          >
            {importExport.download}
          </Button>
        </Group>
        <Text size="sm" role="status">
          {read === undefined ? said : importExport.exporting(format.number(read))}
        </Text>
      </Stack>
    </Panel>
  )
}
