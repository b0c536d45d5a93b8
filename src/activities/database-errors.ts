import { ApplicationFailure } from '@temporalio/common'
import { DatabaseError } from 'pg'
import { MissingRow } from '../store/database.js'
import { refusal } from '../protocol/refusals.js'

/**
 * Makes a failure that is not retried of an error that no retry can mend: a value that Postgres cannot keep or that
 * breaks one of its rules (SQLSTATE classes 22 and 23), and a row that is gone. Retried, it would stand for ever in front
 * of all that its workflow is to do. The value is never quoted: it may be personal.
 */
export function finalFailure(error: unknown): ApplicationFailure | undefined {
  if (error instanceof ApplicationFailure) return undefined
  if (error instanceof MissingRow)
    return refusal(error.of === 'run' ? 'UnknownRun' : 'UnknownRow', error.message)
  if (!(error instanceof DatabaseError) || !/^2[23]/.test(error.code ?? '')) return undefined
  const { code, table, constraint } = error
  const where = [table && `table ${table}`, constraint && `rule ${constraint}`].filter(Boolean).join(', ')
  return refusal(
    'UnstorableData',
    `Postgres refused what it was given, and would on every try: SQLSTATE ${code}${where === '' ? '' : ` (${where})`}. Nothing was changed.`,
  )
}
