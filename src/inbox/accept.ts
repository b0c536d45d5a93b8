import type { Client } from '@temporalio/client'
import type { UpdateState } from '../domain/telegram.js'
import type { Database } from '../store/database.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { acceptUpdate } from '../store/inbox/updates.js'
import { keyedDigest, sealText, type OfBot } from './sealed.js'
import type { ReadUpdate } from './read-update.js'
import { startUpdate } from './wake.js'

/** Temporal answers in milliseconds or is away; Telegram waits for longer than this. */
const temporalMs = 5_000

/**
 * Takes one update: first its row, which gives it its place in its chat, and then its workflow. Once this returns it is
 * durable in both. One that was taken before changes nothing, and one that is over is not given to Temporal again.
 */
export async function accept(
  { database, temporal, ring }: { database: Database; temporal: Client; ring: KeyRing },
  { of, secret, read, text }: { of: OfBot; secret: string; read: ReadUpdate; text: string },
): Promise<UpdateState> {
  const key = { bot: of.bot, updateId: read.updateId }
  const state = await acceptUpdate(database, {
    ...key,
    kind: read.kind,
    chat: keyedDigest(secret, 'chat', read.chat),
    body: sealText(ring, { of, kind: 'update', id: String(read.updateId), text }),
  })
  if (state === 'waiting')
    await temporal.withDeadline(Date.now() + temporalMs, async () => await startUpdate(temporal, key))
  return state
}
