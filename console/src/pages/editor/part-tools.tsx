import '@mantine/core/styles/ActionIcon.layer.css'
import { ActionIcon } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import { useText } from '../../text/text.js'
import styles from './editor.module.css'

/** Beside each message: its place among the others, and away with it. */
export function PartTools({
  index,
  count,
  onMove,
  onRemove,
}: {
  index: number
  count: number
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}) {
  const { editor } = useText()
  return (
    <div className={styles.partTools}>
      {count > 1 && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === 0}
            aria-label={editor.moveUp(index + 1)}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === count - 1}
            aria-label={editor.moveDown(index + 1)}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
        </>
      )}
      <ActionIcon variant="subtle" color="gray" aria-label={editor.removePart(index + 1)} onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </div>
  )
}
