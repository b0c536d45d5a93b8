/** Loopback servers: listening with an error that says what to do, closing without waiting for idle clients. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo, Server as TcpServer } from 'node:net'

/** @returns the port, also when 0 asked for a free one */
export const listen = async (
  server: Server | SecureServer | TcpServer,
  port: number,
  name: string,
): Promise<number> => {
  const listening = once(server, 'listening')
  server.listen(port, '127.0.0.1')
  try {
    await listening
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error
    const advice = 'is this simulator already running? Otherwise choose another port'
    throw new Error(`Port ${port} (${name}) is taken: ${advice}`, { cause: error })
  }
  return (server.address() as AddressInfo).port
}

export const shut = async (server: Server | SecureServer): Promise<void> => {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
