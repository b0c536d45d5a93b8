import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Client, Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../src/stack/ports.js'
import { explainPostgresError } from '../../../src/client/postgres-errors.js'
import { whyUnreachable } from '../../../src/store/unreachable.js'

const connectionTimeoutMillis = 200

/** What a client of pg, and a pool of it, say where nobody answers as Postgres does. */
const ways = [
  { way: 'a client', connect: async (url: string) => await connectClient(url) },
  { way: 'a pool', connect: async (url: string) => await connectPool(url) },
]

test.each(ways)('$way that is refused has not reached Postgres', async ({ connect }) => {
  const error = await connect(urlOf(await freePort()))
  expect(whyUnreachable(error)).toBe('ECONNREFUSED')
})

test.each(ways)('$way that is hung up on has not reached Postgres', async ({ connect }) => {
  const error = await connect(urlOf(await portWhere((socket) => socket.end())))
  expect(whyUnreachable(error)).toBe('Connection terminated unexpectedly')
  expect(explainPostgresError(error)).toMatchObject({ code: 'unreachable' })
})

test.each(ways)('$way that gets no answer has not reached Postgres', async ({ connect }) => {
  const error = await connect(urlOf(await portWhere(() => undefined)))
  expect(whyUnreachable(error)).toMatch(/timeout/)
  expect(explainPostgresError(error)).toMatchObject({ code: 'unreachable' })
})

test('what Postgres answers, and what is no matter of it, are other errors', async () => {
  expect(whyUnreachable(Object.assign(new Error('no such table'), { code: '42P01' }))).toBeUndefined()
  expect(whyUnreachable(new TypeError('timeout is not a function'))).toBeUndefined()
  expect(whyUnreachable('ECONNREFUSED')).toBeUndefined()
})

async function connectClient(connectionString: string): Promise<unknown> {
  const client = new Client({ connectionString, connectionTimeoutMillis })
  client.on('error', () => undefined)
  try {
    return await client.connect()
  } catch (error) {
    return error
  } finally {
    await client.end()
  }
}

async function connectPool(connectionString: string): Promise<unknown> {
  const pool = new Pool({ connectionString, connectionTimeoutMillis })
  try {
    return await pool.query('select 1')
  } catch (error) {
    return error
  } finally {
    await pool.end()
  }
}

async function portWhere(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function urlOf(port: number): string {
  return `postgres://nobody:none@127.0.0.1:${port}/none`
}
