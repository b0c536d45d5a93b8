import { Text } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { memo } from 'react'
import { StoredImage } from '../../parts/stored-image.js'
import { useText } from '../../text/text.js'
import type { PartDraft } from './draft.js'
import { WhatsAppText } from './whatsapp-text.js'
import styles from './whatsapp.module.css'

/** The messages as their recipients see them. */
export const MessagePreview = memo(function MessagePreview({
  parts,
  time,
}: {
  parts: readonly PartDraft[]
  time: string
}) {
  const { editor } = useText()
  const shown = parts.filter((part) => part.kind === 'image' || part.text.trim() !== '')
  return (
    <div className={styles.chat} aria-label={editor.preview} role="group">
      {shown.length === 0 && (
        <Text size="sm" c="dimmed" ta="center" py="md">
          {editor.previewEmpty}
        </Text>
      )}
      {shown.map((part) => (
        <div key={part.id} className={styles.bubble} dir="auto">
          {part.kind === 'image' && (
            <span className={styles.picture}>
              <StoredImage media={part.media} alt={editor.image} hasWords />
            </span>
          )}
          <WhatsAppText text={part.kind === 'text' ? part.text.trimEnd() : part.caption} />
          <span className={styles.clock} dir="ltr">
            {time}
            <IconChecks size={14} aria-hidden />
          </span>
        </div>
      ))}
    </div>
  )
})
