import { connect, type AddressInfo, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Certified } from './certificates.js'

export type TlsProxy = {
  port: number
  /** How many connections came through with a certificate that it trusts, since it began. */
  accepted(): number
  close(): Promise<void>
}

/** Ends TLS in front of a service that has none, for those who have a certificate of this issuer. */
export async function startTlsProxy({
  target,
  server: { cert, key },
  clientCa,
}: {
  /** `host:port` */
  target: string
  server: Certified
  clientCa: string
}): Promise<TlsProxy> {
  const [host = '', port = ''] = target.split(':')
  const sockets = new Set<Socket>()
  let accepted = 0
  const server = createServer(
    { cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
    (near) => {
      accepted += 1
      const far = connect({ host, port: Number(port) })
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from)
        from.on('error', () => to.destroy())
        from.on('close', () => {
          sockets.delete(from)
          to.destroy()
        })
        from.pipe(to)
      }
    },
  )
  // Of those who are refused, which is what it is for.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
