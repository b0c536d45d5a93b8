import { ActionIcon, Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPhoto, IconTextPlus, IconTrash } from '@tabler/icons-react'
import { memo, useState } from 'react'
import { maxParts } from '../../../../src/domain/definition.js'
import { api } from '../../api/client.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'
import styles from './editor.module.css'
import { newId, type PartDraft } from './draft.js'

type ContentFieldsProps = {
  parts: PartDraft[]
  issues: ReadonlyMap<string, string>
  onParts: (parts: PartDraft[]) => void
  onPicture: (id: string, source: string) => void
}

const images = 'image/jpeg,image/png,image/webp'

/** What it says: a message each, in their order. */
export const ContentFields = memo(function ContentFields({
  parts,
  issues,
  onParts,
  onPicture,
}: ContentFieldsProps) {
  const { editor } = useText()
  const [failures, setFailures] = useState<ReadonlyMap<string, unknown>>(new Map())
  const [uploading, setUploading] = useState<ReadonlySet<string>>(new Set())

  const replace = (part: PartDraft): void => onParts(parts.map((one) => (one.id === part.id ? part : one)))

  async function upload(part: Extract<PartDraft, { kind: 'image' }>, file: File, all: PartDraft[]) {
    onPicture(part.id, URL.createObjectURL(file))
    setUploading((before) => new Set(before).add(part.id))
    setFailures((before) => new Map([...before].filter(([id]) => id !== part.id)))
    try {
      const { media, width, height } = await api.media.upload(
        new Uint8Array(await file.arrayBuffer()) as Parameters<typeof api.media.upload>[0],
      )
      const done = { ...part, media, size: `${width} × ${height}` }
      onParts(all.map((one) => (one.id === part.id ? done : one)))
    } catch (error) {
      setFailures((before) => new Map(before).set(part.id, error))
    } finally {
      setUploading((before) => new Set([...before].filter((id) => id !== part.id)))
    }
  }

  function addImage(file: File | null): void {
    if (file === null) return
    const part = { id: newId(), kind: 'image', media: undefined, caption: '' } as const
    // An empty text that nobody has begun gives its place.
    const written = parts.filter((one) => one.kind === 'image' || one.text !== '')
    const all = [...written, part]
    onParts(all)
    void upload(part, file, all)
  }

  function move(index: number, by: 1 | -1): void {
    const moved = [...parts]
    const [part] = moved.splice(index, 1)
    if (part) moved.splice(index + by, 0, part)
    onParts(moved)
  }

  return (
    <Stack gap="sm">
      {parts.map((part, index) => (
        <div key={part.id} className={styles.part}>
          <div className={styles.partFields}>
            {part.kind === 'text' ? (
              <Textarea
                label={parts.length > 1 ? editor.message(index + 1) : editor.text}
                placeholder={editor.textPlaceholder}
                autosize
                minRows={4}
                maxRows={18}
                dir="auto"
                value={part.text}
                onChange={({ currentTarget }) => replace({ ...part, text: currentTarget.value })}
                error={issues.get(`parts[${index}].text`) ?? issues.get(`parts[${index}]`)}
                name={`part-${index}`}
              />
            ) : (
              <ImageFields
                part={part}
                label={editor.message(index + 1)}
                isUploading={uploading.has(part.id)}
                failure={failures.get(part.id) ?? issues.get(`parts[${index}].image`)}
                onCaption={(caption) => replace({ ...part, caption })}
                onFile={(file) => void upload(part, file, parts)}
              />
            )}
          </div>
          {parts.length > 1 && (
            <div className={styles.partTools}>
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={index === 0}
                aria-label={editor.moveUp(index + 1)}
                onClick={() => move(index, -1)}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={index === parts.length - 1}
                aria-label={editor.moveDown(index + 1)}
                onClick={() => move(index, 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={editor.removePart(index + 1)}
                onClick={() => onParts(parts.filter((one) => one !== part))}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </div>
          )}
        </div>
      ))}
      <Text size="xs" c="dimmed" className={styles.marks}>
        {editor.textHelp}
      </Text>
      {parts.length < maxParts && (
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconTextPlus size={15} aria-hidden />}
            onClick={() => onParts([...parts, { id: newId(), kind: 'text', text: '' }])}
          >
            {editor.addText}
          </Button>
          <FileButton accept={images} onChange={addImage}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                size="xs"
                leftSection={<IconPhoto size={15} aria-hidden />}
              >
                {editor.addImage}
              </Button>
            )}
          </FileButton>
        </Group>
      )}
    </Stack>
  )
})

function ImageFields({
  part,
  label,
  isUploading,
  failure,
  onCaption,
  onFile,
}: {
  part: Extract<PartDraft, { kind: 'image' }>
  label: string
  isUploading: boolean
  failure: unknown
  onCaption: (caption: string) => void
  onFile: (file: File) => void
}) {
  const text = useText()
  const { editor } = text
  return (
    <Stack gap={6}>
      <Group gap="sm">
        <Text fw={500} size="sm">
          {label}: {editor.image}
        </Text>
        <Text size="sm" c="dimmed" role="status">
          {isUploading ? editor.uploading : (part.size ?? (part.media !== undefined && editor.imageKept))}
        </Text>
        <FileButton accept={images} onChange={(file) => file && onFile(file)}>
          {(props) => (
            <Button {...props} variant="subtle" size="compact-xs">
              {part.media === undefined ? editor.chooseImage : editor.otherImage}
            </Button>
          )}
        </FileButton>
      </Group>
      {failure !== undefined && (
        <Text size="sm" c="red" role="alert">
          {typeof failure === 'string' ? failure : failureText(failure, text)}
        </Text>
      )}
      <Textarea
        label={editor.caption}
        autosize
        minRows={1}
        maxRows={8}
        dir="auto"
        value={part.caption}
        onChange={({ currentTarget }) => onCaption(currentTarget.value)}
      />
    </Stack>
  )
}
