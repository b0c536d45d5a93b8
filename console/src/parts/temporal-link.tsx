import { Anchor } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useSession } from '../shell/use-session.js'
import { useText } from '../text/text.js'

/** The workflow in the Temporal Web UI, for engineers: nothing where the API knows of none, or tells none. */
export function TemporalLink({ workflowId, before }: { workflowId: string; before?: string }) {
  const { runs } = useText()
  const page = useWorkflowPage(workflowId)
  if (page === undefined) return null
  return (
    <>
      {before}
      <Anchor href={page} target="_blank" rel="noreferrer" inherit underline="always">
        {runs.temporal} <IconExternalLink size={14} aria-hidden style={{ verticalAlign: '-2px' }} />
      </Anchor>
    </>
  )
}

export function useWorkflowPage(workflowId: string): string | undefined {
  const { workflows } = useSession()
  return workflows === null ? undefined : `${workflows}/${encodeURIComponent(workflowId)}`
}
