import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type TextServer = { port: number; close(): Promise<void> }

/** Serves one page in Prometheus' text format, and nothing else. */
export async function serveText({
  port,
  address,
  path,
  read,
}: {
  port: number
  address: string
  path: string
  read: () => Promise<string>
}): Promise<TextServer> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== path) {
      response.writeHead(404).end(`Metrics are at ${path}.\n`)
      return
    }
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end()
      return
    }
    read().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
