import { Text } from '@mantine/core'
import { IconChecks, IconPhoto } from '@tabler/icons-react'
import { memo } from 'react'
import { useText } from '../../text/text.js'
import type { PartDraft } from './draft.js'
import { WhatsAppText } from './whatsapp-text.js'
import styles from './whatsapp.module.css'

/** The messages as their recipients see them. `pictures`: what was picked in this tab, by the id of its part. */
export const MessagePreview = memo(function MessagePreview({
  parts,
  pictures,
  time,
}: {
  parts: readonly PartDraft[]
  pictures: ReadonlyMap<string, string>
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
          {part.kind === 'image' && <Picture source={pictures.get(part.id)} />}
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

function Picture({ source }: { source: string | undefined }) {
  const { editor } = useText()
  return (
    <span className={styles.picture}>
      {source === undefined ? (
        <IconPhoto size={32} stroke={1.25} aria-label={editor.image} />
      ) : (
        <img src={source} alt={editor.image} />
      )}
    </span>
  )
}
