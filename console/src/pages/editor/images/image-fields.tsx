import { Button, Group, Progress, Stack, Text, Textarea } from '@mantine/core'
import { CarillonError, InputError } from '../../../../../src/client/errors.js'
import { failureText } from '../../../parts/failure-panel.js'
import { StoredImage } from '../../../parts/stored-image.js'
import type { Catalogue } from '../../../text/en/index.js'
import { useSpoken, useText } from '../../../text/text.js'
import type { ImageDraft } from '../part-draft.js'
import { ImageButton } from './image-button.js'
import styles from './images.module.css'
import type { Upload } from './use-uploads.js'

/** A message with an image: the image, how far its upload is or why there is none, and its caption. */
export function ImageFields({
  part,
  label,
  upload,
  issue,
  onCaption,
  onFile,
  onCancel,
}: {
  part: ImageDraft
  label: string
  upload: Upload | undefined
  issue: string | undefined
  onCaption: (caption: string) => void
  onFile: (file: File) => void
  onCancel: () => void
}) {
  const text = useText()
  const { editor, common } = text
  const failure = upload?.failure ?? issue
  const isUnderWay = upload !== undefined && upload.failure === undefined
  return (
    <div className={styles.fields}>
      <span className={styles.small}>
        <StoredImage media={part.media} alt="" />
      </span>
      <Stack gap={6} className={styles.right}>
        <Group gap="xs">
          <Text fw={500} size="sm">
            {label}: {editor.image}
          </Text>
          {!isUnderWay && (
            <>
              <Text size="sm" c="dimmed">
                {part.size ?? (part.media !== undefined && editor.imageKept)}
              </Text>
              <ImageButton
                variant="subtle"
                size="compact-xs"
                label={part.media === undefined ? editor.chooseImage : editor.otherImage}
                onImages={([file]) => file && onFile(file)}
              />
              {part.before !== undefined && (
                <Button variant="subtle" size="compact-xs" onClick={onCancel}>
                  {editor.imageBefore}
                </Button>
              )}
            </>
          )}
        </Group>
        {isUnderWay && <UnderWay share={upload.share} onCancel={onCancel} />}
        {failure !== undefined && (
          <Group gap="xs" role="alert">
            <Text size="sm" c="red">
              {failureWords(failure, text)}
            </Text>
            {upload !== undefined && typeof failure !== 'string' && !(failure instanceof InputError) && (
              <Button size="compact-xs" variant="default" onClick={() => onFile(upload.file)}>
                {common.tryAgain}
              </Button>
            )}
          </Group>
        )}
        <Textarea
          label={editor.caption}
          autosize
          minRows={1}
          maxRows={8}
          // Its own `dir` would be that of the box around it.
          attributes={{ input: { dir: 'auto' } }}
          value={part.caption}
          onChange={({ currentTarget }) => onCaption(currentTarget.value)}
        />
      </Stack>
    </div>
  )
}

function failureWords(failure: unknown, text: Catalogue): string {
  if (typeof failure === 'string') return failure
  const isLost = failure instanceof CarillonError && failure.code === 'unreachable'
  return isLost ? text.media.brokeOff : failureText(failure, text)
}

function UnderWay({ share, onCancel }: { share: number; onCancel: () => void }) {
  const { text, format } = useSpoken()
  const percent = format.percent(share)
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress.Root size={8} className={styles.bar ?? ''}>
        <Progress.Section value={100 * share} color="brass.5" aria-label={text.media.uploading(percent)} />
      </Progress.Root>
      <Text size="sm" c="dimmed">
        {percent}
      </Text>
      <Button variant="subtle" size="compact-xs" onClick={onCancel}>
        {text.media.cancel}
      </Button>
    </Group>
  )
}
