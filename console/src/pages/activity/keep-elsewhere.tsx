import '@mantine/core/styles/Code.layer.css'
import '@mantine/core/styles/Accordion.layer.css'
import { Accordion, Button, Code, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Checkpoint } from '../../../../src/receipts/checkpoint.js'
import { exportLines } from '../../../../src/receipts/export.js'
import { api } from '../../api/client.js'
import { saveFile } from '../../parts/download.js'
import { tellFailure } from '../../parts/tell.js'
import { useText } from '../../text/text.js'
import styles from './activity.module.css'

const names = { record: 'carillon-record.jsonl', script: 'verify-record.mjs', seal: 'carillon-seal.json' }

/** The record as a file, and what verifies it without us; the signed end of it by itself. */
export function KeepElsewhere({ head }: { head: Checkpoint }) {
  const text = useText()
  const { record } = text
  const download = useMutation({
    mutationFn: downloadRecord,
    onError: (error) => tellFailure(error, text),
  })
  return (
    <Accordion variant="default" chevronPosition="left" classNames={{ item: styles.last }}>
      <Accordion.Item value="keep">
        <Accordion.Control>{record.keep}</Accordion.Control>
        <Accordion.Panel>
          <Text size="sm" maw={680}>
            {record.keepHelp}
          </Text>
          <Group gap="xs" mt="sm">
            <DownloadButton isBusy={download.isPending} onClick={() => download.mutate()}>
              {record.download}
            </DownloadButton>
            <Button
              component="a"
              href="/verify-record.mjs.txt"
              download={names.script}
              size="xs"
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden />}
            >
              {record.downloadScript}
            </Button>
          </Group>
          <Text size="sm" mt="sm">
            {record.howTo}
          </Text>
          <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {`node ${names.script} ${names.record} ${head.publicKey}`}
          </Code>
          <Text size="sm" mt="md" maw={680}>
            {record.sealHelp}
          </Text>
          <Group mt="xs">
            <DownloadButton onClick={() => saveFile(names.seal, `${JSON.stringify(head, null, 2)}\n`)}>
              {record.seal}
            </DownloadButton>
          </Group>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}

function DownloadButton({
  isBusy = false,
  onClick,
  children,
}: {
  isBusy?: boolean
  onClick: () => void
  children: string
}) {
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={isBusy}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}

async function downloadRecord(): Promise<void> {
  const { operator } = await api.audit.chain()
  const source = {
    operator,
    state: async () => {
      const { head, cut } = await api.audit.chain()
      return head === null ? undefined : { head, cut }
    },
    rows: async (after: number) => await api.audit.receipts({ after }),
  }
  const lines: string[] = []
  for await (const line of exportLines(source)) lines.push(`${line}\n`)
  saveFile(names.record, lines, 'application/jsonl')
}
