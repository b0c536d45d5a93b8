/** What a message says, in the few fields that an inbox shows. */
import { getContentType, normalizeMessageContent, type proto } from '@whiskeysockets/baileys'
import type { Media } from '../contract.js'
import type { SealedMedia } from './messages.js'

const text = (message: proto.IMessage): string =>
  message.conversation ??
  message.extendedTextMessage?.text ??
  message.imageMessage?.caption ??
  message.videoMessage?.caption ??
  message.documentMessage?.caption ??
  message.locationMessage?.name ??
  message.contactMessage?.displayName ??
  (message.pollCreationMessage ?? message.pollCreationMessageV3)?.name ??
  ''

type MediaFields = Pick<
  proto.Message.IImageMessage,
  'mimetype' | 'fileLength' | 'fileSha256' | 'mediaKey' | 'directPath' | 'url'
>

const sealedMedia = (kind: Media['kind'], fields: MediaFields): SealedMedia => ({
  kind,
  mimetype: fields.mimetype ?? '',
  bytes: Number(fields.fileLength ?? 0),
  claimedSha256: Buffer.from(fields.fileSha256 ?? []).toString('hex'),
  mediaKey: Buffer.from(fields.mediaKey ?? []),
  directPath: fields.directPath ?? '',
  url: fields.url ?? '',
})

const mediaOf = (message: proto.IMessage): SealedMedia | undefined => {
  if (message.imageMessage) return sealedMedia('image', message.imageMessage)
  if (message.videoMessage) return sealedMedia('video', message.videoMessage)
  if (message.audioMessage) return sealedMedia('audio', message.audioMessage)
  if (message.documentMessage) return sealedMedia('document', message.documentMessage)
  return message.stickerMessage ? sealedMedia('sticker', message.stickerMessage) : undefined
}

export const contentOf = (
  message: proto.IMessage,
): { content: string; text: string; expiration?: number; media?: SealedMedia } => {
  const inner = normalizeMessageContent(message) ?? message
  const media = mediaOf(inner)
  const kind = getContentType(inner)
  const expiration = kind && expirationOf(inner[kind])
  return {
    content: kind ?? 'unknown',
    text: text(inner),
    ...(expiration !== undefined && { expiration }),
    ...(media && { media }),
  }
}

const expirationOf = (content: unknown): number | undefined => {
  const { contextInfo } = (content ?? {}) as { contextInfo?: proto.IContextInfo | null }
  return contextInfo?.expiration ?? undefined
}
