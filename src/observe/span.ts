import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api'

/**
 * A step of what is being traced. Outside of a trace the work is just done.
 * @param describe what the result adds to the span: ids and codes, nothing personal
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  describe: (result: T) => Attributes,
): Promise<T> {
  if (trace.getActiveSpan() === undefined) return await work()
  return await trace.getTracer('carillon').startActiveSpan(name, { attributes }, async (span) => {
    try {
      const result = await work()
      span.setAttributes(describe(result))
      return result
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      if (error instanceof Error) span.recordException(error)
      throw error
    } finally {
      span.end()
    }
  })
}

/** What begins with a request: a trace of its own, or a step of the one that is under way. Nothing where none are taken. */
export async function inRootSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  return await trace.getTracer('carillon').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}
