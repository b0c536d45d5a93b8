import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconPhoto, IconTextPlus } from '@tabler/icons-react'
import { memo, useCallback, useRef, useState } from 'react'
import { maxParts } from '../../../../src/domain/definition.js'
import { useSpoken } from '../../text/text.js'
import styles from './editor.module.css'
import { awaitPicture, emptyPart, newId, putPicture, type ImageDraft, type PartDraft } from './part-draft.js'
import { ImageButton } from './images/image-button.js'
import { ImageFields } from './images/image-fields.js'
import imageStyles from './images/images.module.css'
import { refusalOf } from './images/refusal.js'
import { useGivenFiles } from './images/use-given-files.js'
import { useUploads, type Uploaded } from './images/use-uploads.js'
import { PartTools } from './part-tools.js'

/** What it says: a message each, in their order. */
export const ContentFields = memo(function ContentFields({
  parts,
  issues,
  path = '',
  onParts,
}: {
  parts: PartDraft[]
  issues: ReadonlyMap<string, string>
  /** `steps[1].`: before the names of what is said of these. */
  path?: string
  /** By the parts as they are then: an upload ends while somebody writes. */
  onParts: (changed: (parts: PartDraft[]) => PartDraft[]) => void
}) {
  const { text, format } = useSpoken()
  const { editor, media } = text
  const [refused, setRefused] = useState<string[]>([])

  const replace = useCallback(
    (id: string, fields: Partial<PartDraft>): void =>
      onParts((all) => all.map((one) => (one.id === id ? ({ ...one, ...fields } as PartDraft) : one))),
    [onParts],
  )
  const changeImage = useCallback(
    (id: string, changed: (part: ImageDraft) => ImageDraft): void =>
      onParts((all) => all.map((one) => (one.id === id && one.kind === 'image' ? changed(one) : one))),
    [onParts],
  )
  const { uploads, start, refuse, forget } = useUploads(
    useCallback(
      (id: string, uploaded: Uploaded) => changeImage(id, (part) => putPicture(part, uploaded)),
      [changeImage],
    ),
  )

  function addImages(files: readonly File[]): void {
    const refusals = files.flatMap((file) => refusalOf(file, text, format) ?? [])
    const images = files.filter((file) => refusalOf(file, text, format) === undefined)
    // An empty text that nobody has begun gives its place.
    const written = parts.filter((one) => one.kind === 'image' || one.text !== '')
    const room = maxParts - written.length
    if (images.length > room) refusals.push(media.tooMany(format.number(maxParts)))
    setRefused(refusals)
    const added = images.slice(0, room).map((file) => ({ file, id: newId() }))
    if (added.length === 0) return
    onParts((all) => [
      ...all.filter((one) => one.kind === 'image' || one.text !== ''),
      ...added.map(({ id }) => ({ id, kind: 'image' as const, media: undefined, caption: '' })),
    ])
    for (const { id, file } of added) start(id, file)
  }
  const root = useRef<HTMLDivElement>(null)
  const isOver = useGivenFiles(addImages, { root, isForRest: path === '' })

  function takeOther(id: string, file: File): void {
    const why = refusalOf(file, text, format)
    if (why !== undefined) return refuse(id, file, why)
    changeImage(id, awaitPicture)
    start(id, file)
  }

  /** What was there before is there again. A message that has nothing in it but the upload goes with it. */
  function cancel({ id, media, before, caption }: ImageDraft): void {
    forget(id)
    if (before !== undefined) changeImage(id, (part) => putPicture(part, before))
    else if (media === undefined && caption === '') remove(id)
  }

  function remove(id: string): void {
    forget(id)
    onParts((all) => {
      const left = all.filter((one) => one.id !== id)
      return left.length > 0 ? left : [emptyPart()]
    })
  }

  return (
    <Stack gap="sm" ref={root} data-takes-files>
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
                // Its own `dir` would be that of the box around it.
                attributes={{ input: { dir: 'auto' } }}
                value={part.text}
                onChange={({ currentTarget }) => replace(part.id, { text: currentTarget.value })}
                error={issues.get(`${path}parts[${index}].text`) ?? issues.get(`${path}parts[${index}]`)}
                name={`${path}part-${index}`}
              />
            ) : (
              <ImageFields
                part={part}
                label={editor.message(index + 1)}
                upload={uploads.get(part.id)}
                issue={issues.get(`${path}parts[${index}].image`)}
                onCaption={(caption) => replace(part.id, { caption })}
                onFile={(file) => takeOther(part.id, file)}
                onCancel={() => cancel(part)}
              />
            )}
          </div>
          {(parts.length > 1 || part.kind === 'image') && (
            <PartTools
              index={index}
              count={parts.length}
              onMove={(by) => onParts((all) => moved(all, part.id, by))}
              onRemove={() => remove(part.id)}
            />
          )}
        </div>
      ))}
      <Text size="xs" c="dimmed" className={styles.marks}>
        {editor.textHelp}
      </Text>
      {refused.length > 0 && (
        <div role="alert">
          {refused.map((why) => (
            <Text key={why} size="sm" c="red">
              {why}
            </Text>
          ))}
        </div>
      )}
      {isOver ? (
        <div className={imageStyles.drop}>
          <IconPhoto size={20} aria-hidden />
          {media.drop}
        </div>
      ) : (
        parts.length < maxParts && (
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              leftSection={<IconTextPlus size={15} aria-hidden />}
              onClick={() => onParts((all) => [...all, emptyPart()])}
            >
              {editor.addText}
            </Button>
            <ImageButton
              variant="default"
              size="xs"
              leftSection={<IconPhoto size={15} aria-hidden />}
              label={editor.addImage}
              isMany
              onImages={addImages}
            />
            <Text size="xs" c="dimmed" className={imageStyles.help ?? ''}>
              {media.dropHelp}
            </Text>
          </Group>
        )
      )}
    </Stack>
  )
})

function moved(parts: readonly PartDraft[], id: string, by: 1 | -1): PartDraft[] {
  const all = [...parts]
  const index = all.findIndex((one) => one.id === id)
  const [part] = all.splice(index, 1)
  if (part) all.splice(index + by, 0, part)
  return all
}
