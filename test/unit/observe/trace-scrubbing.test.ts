import { SpanStatusCode } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { expect, test } from 'vitest'
import { withoutPersonalData } from '../../../src/observe/trace-scrubbing.js'

test('ids and types leave the process; messages, stacks and unknown attributes do not', async () => {
  const exported = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(withoutPersonalData(exported))],
  })
  const span = provider.getTracer('test').startSpan('RunActivity:deliver', {
    attributes: {
      temporalWorkflowId: 'run:school/trip',
      'carillon.part': 0,
      lastFailure: 'for 15550001234',
      memo: 'Class 3B',
    },
  })
  span.recordException(new TypeError('no route to 15550001234'))
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no route to 15550001234' })
  span.end()
  await provider.forceFlush()

  const [only] = exported.getFinishedSpans()
  expect(only?.name).toBe('RunActivity:deliver')
  expect(only?.spanContext()).toEqual(span.spanContext())
  expect(only?.attributes).toEqual({ temporalWorkflowId: 'run:school/trip', 'carillon.part': 0 })
  expect(only?.status).toEqual({ code: SpanStatusCode.ERROR })
  expect(only?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['exception', { 'exception.type': 'TypeError' }],
  ])
})
