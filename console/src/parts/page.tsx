import { Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'
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
  const heading = useFocusOnArrival()
  return (
    <div className={styles.page} data-wide={isWide || undefined}>
      <header className={styles.header}>
        <div className={styles.words}>
          <Title order={1} ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </Title>
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

let arrivedAt: string | undefined

/** Who goes to another page without a mouse begins at its name, which is read out; the first page begins at its very top. */
function useFocusOnArrival() {
  const heading = useRef<HTMLHeadingElement>(null)
  // Where one has come to: while it is on its way, the page of before is there still.
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  useEffect(() => {
    if (path === undefined) return
    if (arrivedAt !== undefined && arrivedAt !== path) heading.current?.focus({ preventScroll: true })
    arrivedAt = path
  }, [path])
  return heading
}
