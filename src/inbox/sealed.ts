import { createHmac } from 'node:crypto'
import type { Context, KeyRing } from '../store/encryption/key-ring.js'
import { openAt, sealAt, type Place } from '../store/encryption/place.js'

/**
 * The one place where what is secret or personal of bots is sealed and opened: tokens, updates, answers, errors and chats. What
 * is looked up by is an HMAC under the bot's own secret, which is sealed itself: it can be computed by nobody who has the rows.
 */

export type OfBot = { operator: string; bot: string }

type Kind = 'token' | 'secret' | 'update' | 'replies' | 'error' | 'chat'

/** A bot's id is of one operator for ever, and authenticated with each value: none can be moved to another bot. */
export function botContext(bot: string, kind: Kind, id = ''): Context {
  return [bot, `telegram-${kind}`, id]
}

function place({ bot }: OfBot, kind: Kind, id?: string): Place {
  return { context: botContext(bot, kind, id), what: `What is secret of the bot ${bot}` }
}

/** @param id of what it belongs to: an update, a name on the allow-list, a row */
export function sealText(
  ring: KeyRing,
  { of, kind, id, text }: { of: OfBot; kind: Kind; id?: string; text: string },
): Buffer {
  return sealAt(ring, place(of, kind, id), Buffer.from(text))
}

/** @throws EncryptionKeyError */
export function openText(
  ring: KeyRing,
  { of, kind, id, sealed }: { of: OfBot; kind: Kind; id?: string; sealed: Uint8Array },
): string {
  return openAt(ring, place(of, kind, id), sealed).toString()
}

/** By what a person or a chat is found again. @param secret of the bot, opened */
export function keyedDigest(secret: string, what: 'user' | 'chat', id: string): Buffer {
  return createHmac('sha256', secret).update(`${what}:${id}`).digest()
}
