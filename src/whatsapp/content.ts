import { generateWAMessageContent, getContentType, proto } from './baileys.js'
import type { Content } from './gateway.js'
import { silentLogger } from './silent-logger.js'

/** The message as Baileys relays it. */
export async function encodeContent(content: Content): Promise<proto.IMessage> {
  if (content.kind === 'uploaded') return proto.Message.decode(content.message)
  return await generateWAMessageContent(
    { text: content.text },
    { logger: silentLogger, upload: nothingToUpload },
  )
}

/**
 * The same message as one that disappears after so many seconds: phones go by what the message itself says, and show under
 * any other one that its sender may have an old version of WhatsApp (Baileys #1687).
 */
export function disappearing(message: proto.IMessage, seconds: number): proto.IMessage {
  const kind = getContentType(message)
  if (kind === undefined) return message
  const { conversation, ...rest } = message
  // A plain text has no place for it.
  if (kind === 'conversation')
    return {
      ...rest,
      extendedTextMessage: { text: conversation ?? '', contextInfo: { expiration: seconds } },
    }
  const content = message[kind] as { contextInfo?: proto.IContextInfo | null }
  return { ...message, [kind]: { ...content, contextInfo: { ...content.contextInfo, expiration: seconds } } }
}

/** How a stanza names what is in it, of the parts that there are. */
export function kindOf(message: proto.IMessage): { type: 'text' | 'media'; mediaType?: 'image' } {
  return message.imageMessage ? { type: 'media', mediaType: 'image' } : { type: 'text' }
}

function nothingToUpload(): never {
  throw new Error('a text has nothing to upload')
}
