import { ZodError } from 'zod'
import { checkCalendar } from '../../domain/calendar/check.js'
import { maxParts, type ReminderDefinition } from '../../domain/definition.js'
import { overfullOccurrences } from '../../domain/step-parts.js'
import { fieldRefusal, refusal } from '../../protocol/refusals.js'
import type { Queryable } from '../../store/database.js'
import { findDefinition } from '../../store/reminders/definitions.js'
import { say } from '../../domain/sentences/say.js'

/** One that this version cannot read is refused: tried again and again, it would hold up all else that is asked. */
async function findReadable(db: Queryable, digest: string): ReturnType<typeof findDefinition> {
  try {
    return await findDefinition(db, digest)
  } catch (error) {
    const issue = error instanceof ZodError ? error.issues[0] : undefined
    if (!issue) throw error
    throw fieldRefusal('InvalidDefinition', {
      field: issue.path.join('.') || 'definition',
      expected: issue.message,
    })
  }
}

/** @throws ApplicationFailure `UnknownDefinition`, `UnknownAccount` or `InvalidDefinition`, not retryable */
export async function checkedDefinition(
  db: Queryable,
  { operator, digest }: { operator: string; digest: string },
): Promise<ReminderDefinition> {
  const found = await findReadable(db, digest)
  if (!found)
    throw refusal(
      'UnknownDefinition',
      `There is no stored definition ${digest}: store it before \`define\` or \`edit\`, as the client does.`,
    )
  const { definition, owner } = found
  if (owner !== operator)
    throw refusal(
      'UnknownAccount',
      `The account '${definition.account}' does not exist. See \`carillon account list\`, or add it with \`carillon account add\`.`,
    )
  const [issue] = checkCalendar(definition.schedule)
  if (issue)
    throw fieldRefusal('InvalidDefinition', {
      field: `schedule.${issue.path.join('.')}`,
      expected: issue.message,
    })
  const [overfull] = overfullOccurrences(definition)
  if (overfull !== undefined)
    throw fieldRefusal('InvalidDefinition', {
      field: 'stepParts',
      got: `${overfull.parts} for that at ${overfull.at}`,
      expected: say('mostPartsOfOne', { max: maxParts }),
    })
  return definition
}
