import '@mantine/core/styles/Code.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Code, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { TargetView } from '../../../../src/store/views/runs.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { nameOf, targetLooks } from './run-state.js'
import { whyWords } from './why.js'

/** What was sent to one recipient: each message with its id at WhatsApp, and how that went. */
export function TargetDialog({
  runId,
  target,
  onClose,
}: {
  runId: string
  target: TargetView
  onClose: () => void
}) {
  const { text, format, say } = useSpoken()
  const { runs, common } = text
  const { data, error } = useQuery({
    queryKey: keys.sends(runId, target.ordinal),
    queryFn: () => api.runs.sends(runId, { ordinal: target.ordinal }),
  })
  return (
    <Modal opened onClose={onClose} title={nameOf(target)} closeButtonProps={{ 'aria-label': common.close }}>
      <Stack>
        <div>
          <StateMark {...targetLooks[target.state]}>{runs.targetStates[target.state]}</StateMark>
          {target.state !== 'pending' && target.state !== 'delivered' && (
            <Text size="sm" c="dimmed">
              {whyWords(target, { text, say })
                .filter((words) => words !== '')
                .join('. ')}
            </Text>
          )}
        </div>
        {error !== null && <FailurePanel error={error} />}
        {data?.items.map(({ part, messageId, attempts, ackedAt }) => (
          <div key={part}>
            <Text fw={550}>{text.editor.message(part + 1)}</Text>
            <Text size="sm" c="dimmed">
              {runs.attempts(attempts)}
              {ackedAt !== null && ` · ${format.moment(ackedAt)}`}
            </Text>
            <Text size="sm">
              {runs.messageId} <Code>{messageId}</Code>
            </Text>
          </div>
        ))}
      </Stack>
    </Modal>
  )
}
