import { Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import styles from './page.module.css'

/** What every page begins with: its name, a line on what it is for, and what can be done. */
export function Page({
  title,
  lead,
  actions,
  isWide = false,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  isWide?: boolean
  children: ReactNode
}) {
  useDocumentTitle(`${title} · Carillon`)
  return (
    <div className={styles.page} data-wide={isWide || undefined}>
      <header className={styles.header}>
        <div className={styles.words}>
          <Title order={1}>{title}</Title>
          {lead !== undefined && (
            <Text c="dimmed" mt={2}>
              {lead}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
