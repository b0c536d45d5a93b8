import { firstOccurrence } from '../../domain/calendar/occurrences.js'
import { wayOf } from '../../domain/ways.js'
import { differences, type ReminderDefinition } from '../../domain/definition.js'
import type { DefineAnswer } from '../../protocol/messages.js'
import type { Answered, RecordedRequest, Situation } from '../../protocol/payloads.js'
import { inTransaction, type Database } from '../../store/database.js'
import {
  insertReminder,
  lockReminder,
  type ReminderKey,
  type ReminderRow,
} from '../../store/reminders/reminders.js'
import { situationOf, situationOfNew } from '../../store/reminders/situations.js'
import { checkedDefinition } from './checked-definition.js'
import { clock } from './row.js'
import { look } from './situation.js'

export function createReminderKeys({ database }: { database: Database }) {
  return {
    /**
     * Takes the dedupe key for the definition, or tells what has it. Doing it twice gives the same row; which of
     * several callers hears `created` does not matter to what is sent.
     *
     * @param since when it was asked for: a recurring calendar counts from then on
     * @throws ApplicationFailure `UnknownDefinition`, `UnknownAccount` or `InvalidDefinition`, not retryable
     */
    async takeKey({
      digest,
      since,
      now,
      request,
      ...key
    }: ReminderKey & {
      digest: string
      since: string
      now: string
      /** Missing from a worker of an older version. */
      request?: RecordedRequest
    }): Promise<Answered<DefineAnswer>> {
      const definition = await checkedDefinition(database, { operator: key.operator, digest })
      const { cursor, situation } = situationOfNew({ definition, digest, since })
      const created = await insertReminder(
        database,
        {
          ...key,
          digest,
          definition,
          nextFire: situation.nextFire ?? null,
          ...(cursor !== undefined && { cursor }),
        },
        { actor: request?.by ?? null, via: wayOf(request?.requestId ?? '') },
      )
      const nowMs = clock({ now })
      const asked = { digest, definition, created: created !== undefined }
      if (created)
        return describe(created, { ...asked, situation: situationOf({ row: created, runs: [], nowMs }) })
      return await inTransaction(database, async (client) => {
        const row = await lockReminder(client, key)
        if (!row)
          throw new Error(`The reminder '${key.dedupeKey}' was deleted while its key was being taken.`)
        return describe(row, { ...asked, situation: look({ row, nowMs }) })
      })
    },
  }
}

function describe(
  row: ReminderRow,
  asked: { situation: Situation; digest: string; definition: ReminderDefinition; created: boolean },
): Answered<DefineAnswer> {
  const { state } = row
  const { situation } = asked
  const different = row.digest === asked.digest ? [] : differences(row.definition, asked.definition)
  if (row.endedAt)
    return {
      answer: { kind: 'ended', state, endedAt: row.endedAt.toISOString(), differences: different },
      situation,
    }
  if (different.length > 0) return { answer: { kind: 'conflict', state, differences: different }, situation }
  const scheduledAt = situation.nextFire ?? firstOccurrence(row.definition.schedule)
  return { answer: { kind: asked.created ? 'created' : 'exists', state, scheduledAt }, situation }
}
