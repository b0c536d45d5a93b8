import '@mantine/core/styles/ActionIcon.layer.css'
import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import { ActionIcon, Button, Group, SegmentedControl, Title } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useText } from '../../text/text.js'
import styles from './calendar.module.css'
import { viewNames, type View } from './calendar-place.js'

/** Which days are shown, and how. */
export function CalendarTools({
  title,
  view,
  onView,
  onMove,
}: {
  title: string | undefined
  view: View
  onView: (view: View) => void
  onMove: (where: 'today' | 'prev' | 'next') => void
}) {
  const { calendar: words } = useText()
  return (
    <div className={styles.tools}>
      <Group gap={4}>
        <Button variant="default" size="xs" onClick={() => onMove('today')}>
          {words.today}
        </Button>
        {(
          [
            ['prev', words.before, IconChevronLeft],
            ['next', words.after, IconChevronRight],
          ] as const
        ).map(([where, label, Arrow]) => (
          <ActionIcon
            key={where}
            variant="subtle"
            color="gray"
            size={30}
            aria-label={label}
            onClick={() => onMove(where)}
          >
            <Arrow size={18} aria-hidden />
          </ActionIcon>
        ))}
      </Group>
      <Title order={2} className={styles.title} aria-live="polite">
        {title}
      </Title>
      <SegmentedControl
        size="xs"
        aria-label={words.view}
        value={view}
        data={viewNames.map((value) => ({ value, label: words.views[value] }))}
        onChange={(chosen) => onView(chosen)}
      />
    </div>
  )
}
