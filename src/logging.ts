import { DefaultLogger, type Logger as TemporalLogger, type LogLevel } from '@temporalio/worker'
import { destination, pino, stdTimeFunctions, type Logger } from 'pino'
import { errorSummary } from './error-summary.js'
import { rotatingLog } from './log-file.js'

export type { Logger }

/**
 * Structured logs: an event and its fields, never a text, a number or a name of a recipient.
 * @param file where they go, it and the one before it, once it is full; stdout when missing
 */
export function createLogger(level: string, file?: string): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { error: errorSummary, err: errorSummary },
    },
    file === undefined ? destination(1) : rotatingLog(file),
  )
}

// Said by the SDK at each start of a worker that has activities only, as ours for an account.
const expected = /^No (workflows|activities|Nexus services) registered/

/** Temporal's SDK and the workflows log through the same logger. */
export function temporalLogger(logger: Logger): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    if (expected.test(message)) return
    // The SDK names the whole activity or workflow in each entry; its id is what finds it again.
    const { error, workflowId, activityType, attempt, runId, ...rest } = meta ?? {}
    const fields = Object.fromEntries(
      Object.entries(rest).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
    )
    logger[pinoLevel(level)](
      {
        ...fields,
        ...(workflowId !== undefined && { workflowId }),
        ...(activityType !== undefined && { activityType, attempt }),
        ...(typeof runId === 'string' && { runId }),
        // Its summary is made once, by the logger's serializer.
        ...(error !== undefined && { error }),
      },
      message,
    )
  })
}

function pinoLevel(level: LogLevel): 'trace' | 'debug' | 'info' | 'warn' | 'error' {
  switch (level) {
    case 'TRACE':
      return 'trace'
    case 'DEBUG':
      return 'debug'
    case 'INFO':
      return 'info'
    case 'WARN':
      return 'warn'
    case 'ERROR':
      return 'error'
  }
}
