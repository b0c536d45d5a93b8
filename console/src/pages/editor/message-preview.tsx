import { Text } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { Fragment, memo } from 'react'
import { StoredImage } from '../../parts/stored-image.js'
import { useText } from '../../text/text.js'
import type { PartDraft } from './part-draft.js'
import { WhatsAppText } from './whatsapp-text.js'
import styles from './whatsapp.module.css'

/** What is sent at one time. */
export type Sent = {
  id: string
  /** As WhatsApp shows a day, where messages are sent at several times. */
  label?: string
  parts: readonly PartDraft[]
  /** On the clock. */
  time: string
}

/** The messages as their recipients see them. */
export const MessagePreview = memo(function MessagePreview({ sent }: { sent: readonly Sent[] }) {
  const { editor } = useText()
  const shown = sent.map((one) => ({ ...one, parts: one.parts.filter(isSeen) }))
  return (
    <div className={styles.chat} aria-label={editor.preview} role="group">
      {shown.every(({ parts }) => parts.length === 0) && (
        <Text size="sm" c="dimmed" ta="center" py="md">
          {editor.previewEmpty}
        </Text>
      )}
      {shown.map(
        ({ id, label, parts, time }) =>
          parts.length > 0 && (
            <Fragment key={id}>
              {label !== undefined && <span className={styles.day}>{label}</span>}
              {parts.map((part) => (
                <Bubble key={part.id} part={part} time={time} />
              ))}
            </Fragment>
          ),
      )}
    </div>
  )
})

function isSeen(part: PartDraft): boolean {
  return part.kind === 'image' || part.text.trim() !== ''
}

function Bubble({ part, time }: { part: PartDraft; time: string }) {
  const { editor } = useText()
  return (
    <div className={styles.bubble} dir="auto">
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
  )
}
