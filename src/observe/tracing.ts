import { diag, DiagLogLevel } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { Resource } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { ClientInterceptors } from '@temporalio/client'
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry'
import { makeWorkflowExporter } from '@temporalio/interceptors-opentelemetry/lib/worker/index.js'
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker'
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry/lib/workflow/definitions.js'
import { traceActivity } from './trace-activity.js'
import { withoutPersonalData } from './trace-scrubbing.js'

export type Tracing = {
  /** For a client whose calls begin a trace. */
  client: ClientInterceptors
  worker: { interceptors: WorkerInterceptors; sinks: InjectedSinks<OpenTelemetrySinks> }
  /** Exports what is not exported yet. */
  stop(): Promise<void>
}

// The workflows of a client that traces run on workers that do not, too.
const ignored: InjectedSinks<OpenTelemetrySinks> = { exporter: { export: { fn: () => undefined } } }

/**
 * Spans go by OTLP/HTTP to where OpenTelemetry's own variables say; nothing happens where they say nothing.
 * @param onTrouble what OpenTelemetry has to say when spans cannot be exported
 */
export function startTracing({
  enabled,
  serviceName,
  onTrouble,
}: {
  enabled: boolean
  serviceName: string
  onTrouble: (message: string) => void
}): Tracing {
  if (!enabled)
    return { client: {}, worker: { interceptors: {}, sinks: ignored }, stop: async () => undefined }
  diag.setLogger(
    { error: onTrouble, warn: onTrouble, info: () => {}, debug: () => {}, verbose: () => {} },
    DiagLogLevel.WARN,
  )
  const resource = Resource.default().merge(
    new Resource({ 'service.name': process.env['OTEL_SERVICE_NAME'] ?? serviceName }),
  )
  const processor = new BatchSpanProcessor(withoutPersonalData(new OTLPTraceExporter()))
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] })
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() })
  return {
    client: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
    worker: {
      interceptors: { activity: [traceActivity] },
      sinks: { exporter: makeWorkflowExporter(processor, resource) },
    },
    stop: async () => await provider.shutdown(),
  }
}
