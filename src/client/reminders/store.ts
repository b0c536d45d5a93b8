import { inTransaction, type Database } from '../../store/database.js'
import { saveDefinition } from '../../store/reminders/definitions.js'
import { saveMedia, type MediaToStore } from '../../store/reminders/media.js'
import type { ReminderDefinition } from '../../domain/definition.js'

/** What a workflow is to know by its digest must be in Postgres first. Returns the digest. */
export async function storeReminder(
  database: Database,
  { definition, media }: { definition: ReminderDefinition; media: MediaToStore[] },
): Promise<string> {
  // One statement needs no transaction around it, which would be two more round trips.
  if (media.length === 0) return await saveDefinition(database, definition)
  return await inTransaction(database, async (client) => {
    await saveMedia(client, media)
    return await saveDefinition(client, definition)
  })
}
