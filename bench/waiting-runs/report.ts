import type { EstimateCost } from './estimates.js'
import type { LoopDelay } from './loop-delay.js'

export type Figures = {
  waiting: number
  /** Of these, how many are workflows. */
  workflows: number
  estimates: EstimateCost[]
  /** From the first start to all in the queue. */
  startedInMs: number
  /** In the history of the lock: while they came, and while they waited. */
  eventsWhileArriving: number
  signalsWhileArriving: number
  eventsAMinute: number
  signalsAMinute: number
  slowestPauseMs: number
  /** Of the worker's process, while they waited, and while they came. */
  loop: LoopDelay
  loopWhileStarting: LoopDelay
  /** The same with nobody waiting: what else the machine does. */
  loopBefore: LoopDelay
}

/** What must hold and does not. */
export function missed({ slowestPauseMs, loop, loopBefore, eventsAMinute }: Figures): string[] {
  const mostLateMs = Math.max(100, 2 * loopBefore.maxMs)
  return [
    ...(slowestPauseMs < 1_000 ? [] : [`a pause took ${slowestPauseMs.toFixed(0)} ms, above 1000`]),
    ...(loop.maxMs < mostLateMs
      ? []
      : [`the worker's event loop was ${loop.maxMs.toFixed(0)} ms late, above ${mostLateMs.toFixed(0)}`]),
    ...(eventsAMinute < 100 ? [] : [`the lock made ${eventsAMinute.toFixed(0)} events a minute, above 100`]),
  ]
}
