import { DefaultLogger, type Logger as TemporalLogger, type LogLevel } from '@temporalio/worker'
import { destination, pino, stdTimeFunctions, type Logger } from 'pino'
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
        ...(error !== undefined && { error: errorSummary(error) }),
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

/** What says where an error came from; the messages of others (Postgres, Baileys) may quote personal data. */
function errorSummary(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error
  const { name, message, stack, cause } = error
  const isOurs = name === 'ApplicationFailure' || name === 'GatewayFailure' || name === 'ActivityFailure'
  return {
    name,
    ...('type' in error && typeof error.type === 'string' && { type: error.type }),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(isOurs && { message }),
    at: stack
      ?.split('\n')
      .find((line) => line.trimStart().startsWith('at '))
      ?.trim(),
    ...(cause instanceof Error && { cause: errorSummary(cause) }),
  }
}
