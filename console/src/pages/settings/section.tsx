import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A part of the page with a heading of its own, and a line on what it is for. */
export function Section({
  title,
  lead,
  action,
  children,
}: {
  title: string
  lead?: string
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <section>
      <Group justify="space-between" align="flex-end" gap="xs" mb="xs">
        <div style={{ flex: '1 1 260px' }}>
          <Title order={2}>{title}</Title>
          {lead !== undefined && (
            <Text size="sm" c="dimmed" maw={640}>
              {lead}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </section>
  )
}
