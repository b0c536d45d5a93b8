import { Skeleton, Text, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useText } from '../text/text.js'
import styles from './panel.module.css'

export function Panel({
  children,
  hasRows = false,
  isInert = false,
}: {
  children: ReactNode
  hasRows?: boolean
  isInert?: boolean
}) {
  return (
    <div className={`${styles.panel} ${hasRows ? styles.rows : ''}`} inert={isInert}>
      {children}
    </div>
  )
}

/** Where there is nothing yet: why that is so, and the one thing to do about it. */
export function Empty({
  icon: IconOfIt,
  title,
  help,
  action,
}: {
  icon: Icon
  title: string
  help?: ReactNode
  action?: ReactNode
}) {
  return (
    <Panel>
      <div className={styles.empty}>
        <IconOfIt size={30} stroke={1.5} aria-hidden className={styles.emptyIcon} />
        <Title order={2}>{title}</Title>
        {help !== undefined && (
          <Text c="dimmed" maw={440}>
            {help}
          </Text>
        )}
        {action !== undefined && <div className={styles.emptyAction}>{action}</div>}
      </div>
    </Panel>
  )
}

/** The shape of what is on its way, so that nothing jumps when it is there. */
export function LoadingRows({ count = 4 }: { count?: number }) {
  const text = useText()
  return (
    <div role="status" aria-label={text.common.loading}>
      <Panel hasRows>
        {Array.from({ length: count }, (_, index) => (
          <div key={index} style={{ padding: '18px 20px' }}>
            <Skeleton height={12} width={`${38 - (index % 3) * 8}%`} mb={8} />
            <Skeleton height={10} width={`${62 - (index % 2) * 14}%`} />
          </div>
        ))}
      </Panel>
    </div>
  )
}
