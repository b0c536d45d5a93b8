import { ApplicationFailure, CancelledFailure, CompleteAsyncError, type Context } from '@temporalio/activity'
import type { ActivityInterceptors } from '@temporalio/worker'
import type { Logger } from '../logging.js'
import type { Database } from '../store/database.js'
import { endTrouble, noteTrouble } from '../store/trouble.js'
import { finalFailure } from './database-errors.js'

// One that fails a second time may have met a restart of Postgres.
const troubledAttempt = 3

/**
 * Around every activity of ours. What a retry can never mend is not retried; what is retried again and again without
 * being a failure that we know is told, in the log and to `carillon doctor`: the retries of a local activity are to be
 * seen nowhere else.
 */
export function watchFailures({ database, logger }: { database: Database; logger: Logger }) {
  return ({ info }: Context): ActivityInterceptors => ({
    inbound: {
      async execute(input, next) {
        const subject = { workflowId: info.workflowExecution?.workflowId ?? '', activity: info.activityType }
        const { attempt } = info
        try {
          const result = await next(input)
          if (attempt >= troubledAttempt) await quietly(() => endTrouble(database, subject))
          return result
        } catch (error) {
          const final = finalFailure(error)
          if (final) {
            logger.error({ ...subject, type: final.type, error }, 'activity refused for good')
            throw final
          }
          if (attempt >= troubledAttempt && !isKnown(error)) {
            logger.error({ ...subject, attempt, error }, 'activity keeps failing')
            await quietly(() => noteTrouble(database, { ...subject, attempt, error: kindOf(error) }))
          }
          throw error
        }
      },
    },
  })

  /** Where Postgres itself is away, that is told elsewhere. */
  async function quietly(write: () => Promise<void>): Promise<void> {
    try {
      await write()
    } catch (error) {
      logger.warn({ error }, 'trouble was not written down')
    }
  }
}

/** Failures of our own have a type, an advice and a state that the operator sees. */
function isKnown(error: unknown): boolean {
  return (
    error instanceof ApplicationFailure ||
    error instanceof CancelledFailure ||
    error instanceof CompleteAsyncError
  )
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name
}
