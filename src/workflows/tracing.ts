import type { Headers, WorkflowInterceptors } from '@temporalio/workflow'
import { workflowInfo } from '@temporalio/workflow'
import { traceHeader } from '../protocol/trace-header.js'
import type { openTelemetry } from './traced.js'

// One life of these serves many traces, or none for months.
const untraced: ReadonlySet<string> = new Set(['accountLock', 'accountSession', 'webhooks'])

/**
 * It is always in the bundle, and at work only where the history says so: a call that came with a trace is traced, and
 * its own calls with it. So a workflow does the same on a worker that traces and on one that does not, and what was started
 * before anybody traced goes on as it was. See docs/decisions/0017.
 */
export const interceptors = (): WorkflowInterceptors => {
  if (untraced.has(workflowInfo().workflowType)) return {}
  let loaded: ReturnType<typeof openTelemetry> | undefined
  const inTrace = () => (loaded?.isInTrace() === true ? loaded.outbound : undefined)
  // OpenTelemetry is not among the modules that all workflows share, and costs a workflow more than they did: only where
  // there is a trace.
  const withTrace = ({ headers }: { headers: Headers }) => {
    if (!(traceHeader in headers)) return undefined
    loaded ??= (require('./traced.js') as { openTelemetry: typeof openTelemetry }).openTelemetry()
    return loaded.inbound
  }
  return {
    inbound: [
      {
        execute: (input, next) => withTrace(input)?.execute(input, next) ?? next(input),
        handleSignal: (input, next) => withTrace(input)?.handleSignal(input, next) ?? next(input),
        handleUpdate: (input, next) => withTrace(input)?.handleUpdate(input, next) ?? next(input),
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => inTrace()?.scheduleActivity(input, next) ?? next(input),
        scheduleLocalActivity: (input, next) => inTrace()?.scheduleLocalActivity(input, next) ?? next(input),
        startChildWorkflowExecution: (input, next) =>
          inTrace()?.startChildWorkflowExecution(input, next) ?? next(input),
        continueAsNew: (input, next) => inTrace()?.continueAsNew(input, next) ?? next(input),
        signalWorkflow: (input, next) => inTrace()?.signalWorkflow(input, next) ?? next(input),
      },
    ],
    internals: [
      {
        dispose(input, next) {
          if (loaded) void loaded.internals.dispose(input, next)
          else next(input)
        },
      },
    ],
  }
}
