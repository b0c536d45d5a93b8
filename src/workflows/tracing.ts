import type { WorkflowInterceptors } from '@temporalio/workflow'
import { workflowInfo } from '@temporalio/workflow'
import { context, trace } from '@opentelemetry/api'
import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryInternalsInterceptor,
  OpenTelemetryOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow/index.js'

// Where a client that traces has put its span: a header, and so a part of the history.
const traceHeader = '_tracer-data'

// One life of these serves many traces, or none for months.
const untraced = new Set(['accountLock', 'accountSession', 'webhooks'])

/**
 * In the bundle always, at work only where the history says so: a call that came with a trace is traced, and what it
 * calls in turn. So a workflow does the same on a worker that traces and on one that does not, and what was started
 * before anybody traced goes on as it was. See docs/decisions/0017.
 */
export const interceptors = (): WorkflowInterceptors => {
  if (untraced.has(workflowInfo().workflowType)) return {}
  const inbound = new OpenTelemetryInboundInterceptor()
  const outbound = new OpenTelemetryOutboundInterceptor()
  const isInTrace = (): boolean => trace.getSpan(context.active()) !== undefined
  return {
    inbound: [
      {
        execute: (input, next) => (traceHeader in input.headers ? inbound.execute(input, next) : next(input)),
        handleSignal: (input, next) =>
          traceHeader in input.headers ? inbound.handleSignal(input, next) : next(input),
        handleUpdate: (input, next) =>
          traceHeader in input.headers ? inbound.handleUpdate(input, next) : next(input),
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) =>
          isInTrace() ? outbound.scheduleActivity(input, next) : next(input),
        scheduleLocalActivity: (input, next) =>
          isInTrace() ? outbound.scheduleLocalActivity(input, next) : next(input),
        startChildWorkflowExecution: (input, next) =>
          isInTrace() ? outbound.startChildWorkflowExecution(input, next) : next(input),
        continueAsNew: (input, next) => (isInTrace() ? outbound.continueAsNew(input, next) : next(input)),
        signalWorkflow: (input, next) => (isInTrace() ? outbound.signalWorkflow(input, next) : next(input)),
      },
    ],
    internals: [new OpenTelemetryInternalsInterceptor()],
  }
}
