import type { Context } from '@temporalio/activity'
import { OpenTelemetryActivityInboundInterceptor } from '@temporalio/interceptors-opentelemetry'
import type { ActivityInterceptors } from '@temporalio/worker'
import { traceHeader } from '../protocol/trace-header.js'

/** Traces calls that came with a trace: activities that own a session, or hear of events, would be spans of weeks. */
export function traceActivity(context: Context): ActivityInterceptors {
  const inbound = new OpenTelemetryActivityInboundInterceptor(context)
  return {
    inbound: {
      execute: async (input, next) =>
        traceHeader in input.headers ? await inbound.execute(input, next) : await next(input),
    },
  }
}
