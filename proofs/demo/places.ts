import { reminderWorkflowId } from '../../src/domain/ids.js'
import type { Stack } from '../../src/stack/stack.js'

/** Where to look around while the demo keeps running. */
export function placesText({
  key,
  runId,
  stack,
  home,
}: {
  key: string
  runId: string
  stack: Stack
  home: string
}): string {
  const web = stack.webUiUrl ?? ''
  const page = (workflowId: string) =>
    `${web}/namespaces/${stack.temporalNamespace}/workflows/${encodeURIComponent(workflowId)}`
  return [
    'The system keeps running; Ctrl-C stops it.',
    '',
    `  Temporal Web UI   ${web}`,
    `  The reminder      ${page(reminderWorkflowId('local', key))}`,
    `  The run           ${page(runId)}`,
    `  Command line      CARILLON_HOME=${home} ./bin/carillon run show ${key}`,
    '',
  ].join('\n')
}
