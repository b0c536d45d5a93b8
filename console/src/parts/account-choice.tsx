import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import '@mantine/core/styles/Pill.layer.css'
import '@mantine/core/styles/PillsInput.layer.css'
import { MultiSelect } from '@mantine/core'
import { useAccounts } from '../pages/accounts/use-accounts.js'

/** Some of the accounts; none chosen stands for all. */
export function AccountChoice({
  label,
  description,
  value,
  onChange,
}: {
  label: string
  description: string
  value: string[]
  onChange: (ids: string[]) => void
}) {
  const { data: accounts = [] } = useAccounts()
  return (
    <MultiSelect
      label={label}
      description={description}
      data={accounts.map(({ id }) => id)}
      value={value}
      onChange={onChange}
    />
  )
}
