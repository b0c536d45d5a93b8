import { request, type Agent, type IncomingHttpHeaders } from 'node:http'

export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; text: string }

export type Asked = {
  method?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Whose connections are used again; without one each request has its own. */
  agent?: Agent
}

/** One request over HTTP. Rejects where the connection is refused, or breaks before the answer is whole. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, body, agent }: Asked = {},
): Promise<HttpAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return await new Promise((resolve, reject) => {
    const asked = request(url, {
      method,
      agent: agent ?? false,
      headers: {
        ...headers,
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
        }),
      },
    })
    asked.on('error', reject)
    asked.on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    asked.end(text)
  })
}
