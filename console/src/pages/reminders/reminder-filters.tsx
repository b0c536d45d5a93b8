import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { scheduleKinds } from '../../../../src/domain/states.js'
import { useTyped } from '../../parts/use-typed.js'
import { useText } from '../../text/text.js'
import { useAccounts } from '../accounts/use-accounts.js'
import { dueFilters, stateFilters, type Filters } from './filters.js'
import styles from './reminders.module.css'

export function ReminderFilters({
  filters,
  onChange,
}: {
  filters: Filters
  onChange: (change: { [Key in keyof Filters]?: Filters[Key] | undefined }) => void
}) {
  const { reminders, common } = useText()
  const { data: accounts = [] } = useAccounts()
  const [typed, setTyped] = useTyped(filters.search ?? '', (search) => onChange({ search }))
  const choice = <Value extends string>(
    name: 'account' | 'kind' | 'due' | 'sort',
    label: string,
    options: readonly { value: Value | ''; label: string }[],
  ) => (
    <Select
      aria-label={label}
      className={styles.choice ?? ''}
      value={(filters[name] ?? '') as Value | ''}
      onChange={(value) => onChange({ [name]: value ?? '' })}
      data={options}
      allowDeselect={false}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  )
  return (
    <div className={styles.tools} role="search">
      <SegmentedControl
        aria-label={common.state}
        value={filters.show ?? 'all'}
        onChange={(show) => onChange({ show })}
        data={stateFilters.map((value) => ({ value, label: reminders.filters[value] }))}
      />
      <TextInput
        type="search"
        aria-label={common.search}
        placeholder={reminders.searchPlaceholder}
        leftSection={<IconSearch size={15} aria-hidden />}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        className={styles.search}
      />
      <div className={styles.choices}>
        {choice('due', reminders.due.label, [
          { value: '', label: reminders.due.any },
          ...dueFilters.map((value) => ({ value, label: reminders.due[value] })),
        ])}
        {choice('kind', reminders.kind.label, [
          { value: '', label: reminders.kind.any },
          ...scheduleKinds.map((value) => ({ value, label: reminders.kind[value] })),
        ])}
        {accounts.length > 1 &&
          choice('account', reminders.account.label, [
            { value: '', label: reminders.account.any },
            ...accounts.map(({ id }) => ({ value: id, label: id })),
          ])}
        {choice('sort', reminders.sort.label, [
          { value: '', label: reminders.sort.newest },
          { value: 'oldest', label: reminders.sort.oldest },
          { value: 'next', label: reminders.sort.next },
        ])}
      </div>
    </div>
  )
}
