import { NativeSelect } from '@mantine/core'
import { useText } from '../../text/text.js'

/** One of some accounts, or all of them. */
export function AccountOfHours({
  accounts,
  value,
  all,
  onChange,
}: {
  accounts: readonly string[]
  value: string
  /** What stands for all of them. */
  all: string
  onChange: (value: string) => void
}) {
  const { common, overview } = useText()
  return (
    <NativeSelect
      size="xs"
      w={180}
      aria-label={common.account}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={[{ value: all, label: overview.allAccounts }, ...accounts]}
    />
  )
}
