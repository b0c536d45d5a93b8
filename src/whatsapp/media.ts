import { generateWAMessageContent, proto, type WAMediaUploadFunction } from './baileys.js'
import { GatewayFailure, type MediaFile } from './gateway.js'
import { silentLogger } from './silent-logger.js'

const uploadTimeoutMs = 120_000

/**
 * Encrypts and uploads once; the result can be relayed to any number of chats. The encrypted copy that Baileys writes
 * to the temporary folder is removed by it in any case.
 */
export async function uploadMedia(file: MediaFile, upload: WAMediaUploadFunction): Promise<Uint8Array> {
  if (file.bytes.length === 0) throw new GatewayFailure('BadMedia', undefined)
  let refused: unknown
  try {
    const message = await generateWAMessageContent(
      {
        image: Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength),
        mimetype: file.mime,
        // Given even if empty: Baileys would else make one, by a library that may be missing.
        jpegThumbnail: Buffer.from(file.thumbnail ?? []).toString('base64'),
        ...(file.caption === undefined ? {} : { caption: file.caption }),
        ...(file.width === undefined ? {} : { width: file.width }),
        ...(file.height === undefined ? {} : { height: file.height }),
      },
      {
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
      },
    )
    return proto.Message.encode(message).finish()
  } catch (error) {
    throw new GatewayFailure(refused === undefined ? 'BadMedia' : 'UploadFailed', undefined, { cause: error })
  }
}
