import type { Config } from '../../config.js'
import type { Tracing } from '../../observe/tracing.js'

/** Undefined when traces are not wanted: OpenTelemetry takes longer to load than most commands to run. */
export async function traceClient({ traces }: Config): Promise<Tracing | undefined> {
  if (!traces) return undefined
  const { startTracing } = await import('../../observe/tracing.js')
  // A command that did its work has not failed because a collector is away.
  return startTracing({ enabled: true, serviceName: 'carillon-client', onTrouble: () => {} })
}
