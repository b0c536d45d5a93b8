import {
  generateWAMessageContent,
  proto,
  type AnyMediaMessageContent,
  type WAMediaUploadFunction,
} from './baileys.js'
import { GatewayFailure, type MediaFile } from './gateway.js'
import type { Proxy } from './proxy-agent.js'
import { silentLogger } from './silent-logger.js'

const uploadTimeoutMs = 120_000

/**
 * Encrypts and uploads once; the result can be relayed to any number of chats. The encrypted copy that Baileys writes
 * to the temporary folder is removed by it in any case.
 */
export async function uploadMedia(
  file: MediaFile,
  upload: WAMediaUploadFunction,
  proxy?: Proxy,
): Promise<Uint8Array> {
  if (file.bytes.length === 0) throw new GatewayFailure('BadMedia', undefined)
  let refused: unknown
  proxy?.takeFailure()
  try {
    const message = await generateWAMessageContent(messageContent(file), {
      logger: silentLogger,
      mediaUploadTimeoutMs: uploadTimeoutMs,
      upload: async (path, options) => {
        try {
          return await upload(path, options)
        } catch (error) {
          refused = error
          throw error
        }
      },
    })
    return proto.Message.encode(message).finish()
  } catch (error) {
    if (refused === undefined) throw new GatewayFailure('BadMedia', undefined, { cause: error })
    const failed = proxy?.takeFailure()
    throw new GatewayFailure(failed?.failure ?? 'UploadFailed', failed?.status, { cause: error })
  }
}

function messageContent(file: MediaFile): AnyMediaMessageContent {
  const { kind, bytes, mime, thumbnail, caption, width, height } = file
  switch (kind) {
    case 'image':
      return {
        image: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        mimetype: mime,
        // Given even if empty: Baileys would else make one, by a library that may be missing.
        jpegThumbnail: Buffer.from(thumbnail ?? []).toString('base64'),
        ...(caption !== undefined && { caption }),
        ...(width !== undefined && { width }),
        ...(height !== undefined && { height }),
      }
  }
}
