import { generateWAMessageContent, proto } from './baileys.js'
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

function nothingToUpload(): never {
  throw new Error('a text has nothing to upload')
}
