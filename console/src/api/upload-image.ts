import type { UploadedMedia } from '../../../src/client/media.js'
import { createHttpClient } from '../../../src/api/client/client.js'
import { browserFetch } from './browser-fetch.js'

/**
 * The API's own client, over requests that tell how far they are: `fetch` does not.
 * @param onShare of what is to be sent, from 0 to 1
 * @throws what the client throws; also where `signal` ends it
 */
export async function uploadImage(
  file: File,
  { onShare, signal }: { onShare: (share: number) => void; signal: AbortSignal },
): Promise<UploadedMedia> {
  const { media } = createHttpClient({
    url: location.origin,
    token: '',
    fetch: async (input, init) => await browserFetch(input, init, sender({ onShare, signal })),
  })
  // In a browser bytes are no `Buffer`, and go as they are.
  return await media.upload(new Uint8Array(await file.arrayBuffer()) as Parameters<typeof media.upload>[0])
}

function sender({
  onShare,
  signal,
}: {
  onShare: (share: number) => void
  signal: AbortSignal
}): typeof fetch {
  return async (input, { method = 'GET', headers, body, signal: ofClient } = {}) => {
    const ends = AbortSignal.any([signal, ...(ofClient ? [ofClient] : [])])
    ends.throwIfAborted()
    return await new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(method, input instanceof Request ? input.url : input)
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value)
      request.responseType = 'arraybuffer'
      request.upload.addEventListener('progress', ({ loaded, total }) => onShare(loaded / total))
      request.addEventListener('load', () => resolve(responseOf(request)))
      request.addEventListener('error', () => reject(new TypeError('nobody answered')))
      request.addEventListener('abort', () => reject(ends.reason as Error))
      ends.addEventListener('abort', () => request.abort())
      request.send(body as XMLHttpRequestBodyInit)
    })
  }
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return new Response(request.response as ArrayBuffer, { status: request.status, headers })
}
