import { createHmac } from 'node:crypto'
import type { Cipher, Place } from '../store/encryption/cipher.js'

/**
 * The one place where what is secret or personal of bots is sealed and opened: tokens, updates, answers, errors and chats. What
 * is looked up by is an HMAC under the bot's own secret, which is sealed itself: it can be computed by nobody who has the rows.
 */

/** `operator` and `bot` are authenticated with each value, so that none can be moved to another. */
export type OfBot = { operator: string; bot: string }

type Kind = 'token' | 'secret' | 'update' | 'replies' | 'error' | 'chat' | 'progress'

function place({ operator, bot }: OfBot, kind: Kind, id = ''): Place {
  return {
    accountId: operator,
    category: `telegram-${kind}`,
    id: `${bot}/${id}`,
    what: `What is secret of the bot ${bot}`,
  }
}

/** @param id of what it belongs to: an update, a name on the allow-list, a row */
export function sealText(
  cipher: Cipher,
  { of, kind, id, text }: { of: OfBot; kind: Kind; id?: string; text: string },
): Buffer {
  return cipher.seal(place(of, kind, id), Buffer.from(text))
}

/** @throws EncryptionKeyError */
export function openText(
  cipher: Cipher,
  { of, kind, id, sealed }: { of: OfBot; kind: Kind; id?: string; sealed: Uint8Array },
): string {
  return cipher.open(place(of, kind, id), sealed).toString()
}

/** By what a person or a chat is found again. @param secret of the bot, opened */
export function keyedDigest(secret: string, what: 'user' | 'chat', id: string): Buffer {
  return createHmac('sha256', secret).update(`${what}:${id}`).digest()
}
