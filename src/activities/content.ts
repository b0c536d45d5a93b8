import { isMedia, type Part } from '../domain/definition.js'
import type { Content } from '../whatsapp/gateway.js'

/** The message of a part. Undefined for media that are not uploaded. */
export function contentOf(part: Part, upload: Buffer | null | undefined): Content | undefined {
  if (!isMedia(part)) return { kind: 'text', text: part.text }
  return upload ? { kind: 'uploaded', message: upload } : undefined
}
