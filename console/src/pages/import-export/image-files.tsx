import { Button, FileButton, Text } from '@mantine/core'
import { IconCircleCheck, IconPhotoOff, IconPhotoPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { WrittenReminder } from '../../../../src/client/yaml/read.js'
import { api } from '../../api/client.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { tellFailure } from '../../parts/tell.js'
import { useMay } from '../../shell/use-session.js'
import { useText } from '../../text/text.js'
import { filesShown } from './images.js'
import styles from './import-export.module.css'
import type { ImportSource } from './kept-import.js'

/** The images that a file names: they are added beside it, by their names. Nothing where it names none. */
export function ImageFiles({
  written,
  source,
  onChange,
}: {
  written: readonly WrittenReminder[]
  source: ImportSource
  onChange: (source: ImportSource) => void
}) {
  const text = useText()
  const { images: words } = text.importExport
  const [isBusy, setBusy] = useState(false)
  const may = useMay()
  const { images = {} } = source
  // Of those that were added the reminders have what the upload was answered.
  const names = useMemo(
    () => [...new Set([...Object.keys(images), ...filesShown(written.map(({ input }) => input))])].toSorted(),
    [written, images],
  )
  if (names.length === 0) return null

  async function add(files: readonly File[]): Promise<void> {
    setBusy(true)
    const added: Record<string, string> = { ...images }
    for (const file of files)
      try {
        const bytes = new Uint8Array(await file.arrayBuffer())
        added[file.name] = (await api.media.upload(bytes as Parameters<typeof api.media.upload>[0])).media
      } catch (error) {
        tellFailure(error, text)
      }
    setBusy(false)
    onChange({ ...source, images: added })
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
              onChange={(files) => void add(files)}
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
