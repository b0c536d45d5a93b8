import { createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { get } from 'node:https'
import type { Agent, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { HistoryDamaged } from './read-tokens.js'

/** Where an encrypted file is, and the key to it. */
export type SealedFile = { directPath: string; mediaKey: Uint8Array }

const macBytes = 10
const silenceMs = 30_000
const origin = 'https://web.whatsapp.com'

export class DownloadRefused extends Error {
  override name = 'DownloadRefused'
  constructor(readonly code: number) {
    super(`the media server answered ${code}`)
  }
}

/** @throws DownloadRefused, or what the network says */
export async function download(
  host: string,
  { directPath }: SealedFile,
  { agent, signal }: { agent: Agent | undefined; signal: AbortSignal },
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const options = { signal, timeout: silenceMs, headers: { origin }, ...(agent && { agent }) }
    const request = get(new URL(directPath, `https://${host}`), options, (response) => {
      const { statusCode = 0 } = response
      if (statusCode === 200) return resolve(response)
      response.resume()
      reject(new DownloadRefused(statusCode))
    })
    request.on('timeout', () => request.destroy(new Error(`the media server is silent for ${silenceMs} ms`)))
    request.on('error', reject)
  })
}

/**
 * The file in the clear, in pieces as they come. Only at its end is it known whether it is the one that the phone wrote:
 * what was read of it must not be used before.
 * @throws HistoryDamaged
 */
export function opened(encrypted: AsyncIterable<Buffer>, { mediaKey }: SealedFile): Readable {
  const keys = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), 'WhatsApp History Keys', 112))
  const iv = keys.subarray(0, 16)
  const mac = createHmac('sha256', keys.subarray(48, 80)).update(iv)
  const decipher = createDecipheriv('aes-256-cbc', keys.subarray(16, 48), iv)
  async function* pieces() {
    let tail: Buffer = Buffer.alloc(0)
    for await (const piece of encrypted) {
      const bytes = Buffer.concat([tail, piece])
      const end = Math.max(0, bytes.length - macBytes)
      tail = bytes.subarray(end)
      mac.update(bytes.subarray(0, end))
      yield decipher.update(bytes.subarray(0, end))
    }
    const signature = mac.digest().subarray(0, macBytes)
    if (tail.length !== macBytes || !timingSafeEqual(signature, tail))
      throw new HistoryDamaged('the file is not signed with its key')
    yield decipher.final()
  }
  return Readable.from(pieces(), { objectMode: false })
}
