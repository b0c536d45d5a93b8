import { Button } from '@mantine/core'
import { IconArrowsTransferUpDown, IconBell, IconFilterOff, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../parts/page.js'
import { Empty } from '../../parts/panel.js'
import { useMay } from '../../shell/use-session.js'
import { useNow } from '../../parts/use-now.js'
import { useText } from '../../text/text.js'
import { changedFilters, readFilters, type Filters } from './filters.js'
import { ReminderFilters } from './reminder-filters.js'
import { ReminderRows } from './reminder-rows.js'

/** A new day is seen so soon. */
const dayEveryMs = 30_000

export function RemindersPage() {
  const text = useText()
  const now = useNow(dayEveryMs)
  const { reminders } = text
  const filters = useSearch({ from: '/reminders', select: readFilters, structuralSharing: true })
  const navigate = useNavigate()
  const may = useMay()
  const newButton = may.edit && (
    <Button component={Link} to="/reminders/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {text.shell.newReminder}
    </Button>
  )
  const filesButton = (
    <Button
      component={Link}
      to="/import-export"
      variant="default"
      leftSection={<IconArrowsTransferUpDown size={16} aria-hidden />}
    >
      {text.shell.importExport}
    </Button>
  )
  const show = (search: Filters): unknown =>
    navigate({ to: '/reminders', search, replace: true, resetScroll: false })
  const isFiltered = Object.keys(filters).some((name) => name !== 'sort')

  return (
    <Page
      title={reminders.title}
      lead={reminders.lead}
      actions={
        <>
          {filesButton}
          {newButton}
        </>
      }
    >
      <ReminderFilters filters={filters} onChange={(change) => void show(changedFilters(filters, change))} />
      <ReminderRows
        // What is due today is of another day after midnight.
        key={JSON.stringify([filters, filters.due !== undefined && now.toDateString()])}
        filters={filters}
        nothing={
          isFiltered ? (
            <Empty
              icon={IconFilterOff}
              title={reminders.nothingFound}
              help={reminders.nothingFoundHelp}
              action={
                <Button variant="default" onClick={() => void show({})}>
                  {reminders.clear}
                </Button>
              }
            />
          ) : (
            <Empty icon={IconBell} title={reminders.empty} help={reminders.emptyHelp} action={newButton} />
          )
        }
      />
    </Page>
  )
}
