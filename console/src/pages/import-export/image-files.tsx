import { Button, FileButton, Text } from '@mantine/core'
import { IconCircleCheck, IconPhotoOff, IconPhotoPlus } from '@tabler/icons-react'
import { useMemo, useRef, useState } from 'react'
import type { WrittenReminder } from '../../../../src/client/yaml/read.js'
import { api } from '../../api/client.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { tellFailure } from '../../parts/tell.js'
import { useMay } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import { filesShown } from './images.js'
import styles from './import-export.module.css'

/** The images that a file names: they are added beside it, by their names. Nothing where it names none. */
export function ImageFiles({
  written,
  images = {},
  onAdded,
}: {
  written: readonly WrittenReminder[]
  /** What those that were added were uploaded as. */
  images: Readonly<Record<string, string>> | undefined
  onAdded: (added: Record<string, string>) => void
}) {
  const text = useText()
  const { images: words } = text.importExport
  const [isBusy, setBusy] = useState(false)
  const may = useMay()
  const reset = useRef<() => void>(null)
  // Of those that were added the reminders have what the upload was answered.
  const names = useMemo(
    () => [...new Set([...Object.keys(images), ...filesShown(written.map(({ input }) => input))])].toSorted(),
    [written, images],
  )
  if (names.length === 0) return null

  async function add(files: readonly File[]): Promise<void> {
    setBusy(true)
    const added: Record<string, string> = {}
    for (const file of files)
      try {
        const bytes = new Uint8Array(await file.arrayBuffer())
        added[file.name] = (await api.media.upload(bytes as Parameters<typeof api.media.upload>[0])).media
      } catch (error) {
        tellFailure(error, text)
      }
    setBusy(false)
    onAdded(added)
  }

  return (
    <Panel>
      <div className={styles.images}>
        <div className={styles.imagesHead}>
          <div>
            <Text fw={550}>{words.title(names.length)}</Text>
            <Text size="sm" c="dimmed">
              {words.help}
            </Text>
          </div>
          {may.edit && (
            <FileButton
              multiple
              accept="image/jpeg,image/png,image/webp"
              resetRef={reset}
              onChange={(files) => {
                // The input gives its files away with its value, and tells of the same one only then.
                void add([...files])
                reset.current?.()
              }}
            >
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  loading={isBusy}
                  leftSection={<IconPhotoPlus size={16} aria-hidden />}
                >
                  {words.add}
                </Button>
              )}
            </FileButton>
          )}
        </div>
        <ul className={styles.imageNames}>
          {names.map((name) => (
            <li key={name}>
              <bdi>{name}</bdi>{' '}
              {Object.hasOwn(images, name) ? (
                <StateMark tone="ok" icon={IconCircleCheck}>
                  {words.added}
                </StateMark>
              ) : (
                <StateMark tone="bad" icon={IconPhotoOff}>
                  {words.missing}
                </StateMark>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}
