import { context, trace } from '@opentelemetry/api'
import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryInternalsInterceptor,
  OpenTelemetryOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow/index.js'

/** OpenTelemetry's side of `tracing.ts`, which loads it for a workflow that is traced and for no other. */
export function openTelemetry() {
  return {
    inbound: new OpenTelemetryInboundInterceptor(),
    outbound: new OpenTelemetryOutboundInterceptor(),
    internals: new OpenTelemetryInternalsInterceptor(),
    isInTrace: () => trace.getSpan(context.active()) !== undefined,
  }
}
