import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = { path: string; headers: IncomingHttpHeaders; body: string; event: ReceivedEvent }
export type ReceivedEvent = {
  id: string
  type: string
  at: string
  operator: string
  data: Record<string, unknown>
}

export type Receiver = {
  url(path?: string): string
  received(path?: string): Received[]
  /** The answers to the next requests at the path, in order; 200 after that. A function answers when it wants to. */
  answers(path: string, next: (number | ((response: ServerResponse) => void))[]): void
  close(): Promise<void>
}

/** The operator's own system: takes what is posted and keeps it. */
export async function startReceiver(): Promise<Receiver> {
  const all: Received[] = []
  const planned = new Map<string, (number | ((response: ServerResponse) => void))[]>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const path = request.url ?? ''
      all.push({ path, headers: request.headers, body, event: JSON.parse(body) as ReceivedEvent })
      const answer = planned.get(path)?.shift() ?? 200
      if (typeof answer === 'number') response.writeHead(answer).end('nobody reads this')
      else answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (path = '/') => `http://127.0.0.1:${port}${path}`,
    received: (path = '/') => all.filter((one) => one.path === path),
    answers: (path, next) => planned.set(path, [...next]),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
