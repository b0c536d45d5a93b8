import type { Attributes } from '@opentelemetry/api'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'

// Workflow spans come with all that Temporal knows of the workflow; these say what and where, and no more is needed.
const kept = new Set([
  'temporalWorkflowId',
  'temporalActivityId',
  'temporalUpdateId',
  'run_id',
  'workflowId',
  'runId',
  'workflowType',
  'taskQueue',
  'namespace',
  'attempt',
])

/** Ids and types leave the process. The messages of errors do not: those of others may quote what is personal. */
export function withoutPersonalData(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(scrub), done),
    shutdown: async () => await exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  }
}

function scrub(span: ReadableSpan): ReadableSpan {
  return Object.create(span, {
    attributes: { value: only(span.attributes, (key) => kept.has(key) || key.startsWith('carillon.')) },
    status: { value: { code: span.status.code } },
    events: {
      value: span.events.map((event) => ({
        ...event,
        attributes: only(event.attributes ?? {}, (key) => key === 'exception.type'),
      })),
    },
  }) as ReadableSpan
}

function only(attributes: Attributes, isKept: (key: string) => boolean): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => isKept(key)))
}
