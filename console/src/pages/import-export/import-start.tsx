import { Alert, Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconAlertTriangle, IconFileUpload } from '@tabler/icons-react'
import { useRef, useState, type DragEvent } from 'react'
import { decodeText } from '../../../../src/client/yaml/decode.js'
import { Panel } from '../../parts/panel.js'
import { useText } from '../../text/text.js'
import styles from './import-export.module.css'

/** What the API takes in one request, and a worker reads in seconds. */
const mostMegabytes = 16
const accepted = '.yaml,.yml,.json,.txt,application/yaml,text/yaml,application/json,text/plain'

/** Where a file is chosen, dropped or pasted. */
export function ImportStart({ onGiven }: { onGiven: (given: { name: string; text: string }) => void }) {
  const { importExport } = useText()
  const [isOver, setOver] = useState(false)
  const [pasted, setPasted] = useState('')
  const [problem, setProblem] = useState<string>()
  const reset = useRef<() => void>(null)

  async function take(file: File | null | undefined): Promise<void> {
    setOver(false)
    if (file === null || file === undefined) return
    if (file.size > mostMegabytes * 1024 * 1024) {
      setProblem(importExport.tooLarge(`${mostMegabytes} MB`))
      return
    }
    try {
      const text = decodeText(new Uint8Array(await file.arrayBuffer()))
      if (text === undefined) setProblem(importExport.problems.notText)
      else onGiven({ name: file.name, text })
    } catch (error) {
      // The file was moved or changed since it was chosen, or is a folder.
      if (!(error instanceof DOMException)) throw error
      setProblem(importExport.notRead)
    }
  }

  const onDrag = (event: DragEvent): void => {
    event.preventDefault()
    setOver(event.type === 'dragover')
  }
  return (
    <Panel hasRows>
      <div
        className={styles.drop}
        data-over={isOver || undefined}
        data-drop
        onDragOver={onDrag}
        onDragLeave={onDrag}
        onDrop={(event) => {
          event.preventDefault()
          void take(event.dataTransfer.files[0])
        }}
      >
        <IconFileUpload size={28} stroke={1.5} aria-hidden className={styles.dropIcon} />
        <Text fw={550}>{importExport.drop}</Text>
        <Text size="sm" c="dimmed">
          {importExport.dropHelp}
        </Text>
        <FileButton
          accept={accepted}
          resetRef={reset}
          onChange={(file) => {
            void take(file)
            // One that was refused is mended and chosen again.
            reset.current?.()
          }}
        >
          {(props) => (
            <Button {...props} mt="xs">
              {importExport.pick}
            </Button>
          )}
        </FileButton>
        {problem !== undefined && (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} role="alert" mt="sm" p="xs" ta="start">
            {problem}
          </Alert>
        )}
      </div>
      <Stack gap="xs" className={styles.paste}>
        <Textarea
          label={importExport.paste}
          placeholder={importExport.pastePlaceholder}
          autosize
          minRows={5}
          maxRows={14}
          value={pasted}
          onChange={({ currentTarget }) => setPasted(currentTarget.value)}
          classNames={{ input: styles.mono ?? '' }}
          spellCheck={false}
        />
        <Group justify="flex-end">
          <Button
            variant="default"
            disabled={pasted.trim() === ''}
            onClick={() => onGiven({ name: importExport.pastedName, text: pasted })}
          >
            {importExport.lookAtIt}
          </Button>
        </Group>
      </Stack>
    </Panel>
  )
}
