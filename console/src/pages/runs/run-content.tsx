import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RunView } from '../../../../src/store/views/runs.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useSpoken } from '../../text/text.js'
import { partsOf } from '../editor/part-draft.js'
import { MessagePreview } from '../editor/message-preview.js'

/** What a run sends, as its recipients see it: it stays as it was when the run began. */
export function RunContent({ run }: { run: RunView }) {
  const { text, format } = useSpoken()
  const { data } = useQuery({
    queryKey: keys.runContent(run.id),
    queryFn: async () => partsOf((await api.runs.show(run.id, { limit: 1 })).parts),
    staleTime: Infinity,
  })
  if (data === undefined) return null
  return (
    <section>
      <Title order={2} mb="xs">
        {text.media.whatIsSent}
      </Title>
      <MessagePreview
        sent={[{ id: run.id, parts: data, time: format.time(run.startedAt ?? run.scheduledAt) }]}
      />
    </section>
  )
}
