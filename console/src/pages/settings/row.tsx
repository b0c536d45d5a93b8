import { Text } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import styles from './settings.module.css'

/** A setting: its name, what it is about, and how it is changed. */
export function Row({
  label,
  help,
  children,
}: {
  label: string
  help?: string
  children: (labelId: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className={styles.row}>
      <div className={styles.label}>
        <Text id={id} fw={500}>
          {label}
        </Text>
        {help !== undefined && (
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        )}
      </div>
      <div>{children(id)}</div>
    </div>
  )
}
