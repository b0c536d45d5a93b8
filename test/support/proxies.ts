import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A proxy of our own: what went through it, and where to. */
export type TestProxy = {
  url: string
  port: number
  /** `host:port` of each connection that it made. */
  targets: string[]
  /** The status of the answer to whoever comes from now on; of HTTP's. */
  refuses?: number | undefined
  /** Ends what goes through it, and takes nothing more. */
  stop(): Promise<void>
}

type Credentials = { name: string; password: string }

/** HTTP's CONNECT. `isMute` takes connections and says nothing. */
export async function httpProxy({
  credentials,
  refuses,
  isMute = false,
}: { credentials?: Credentials; refuses?: number; isMute?: boolean } = {}): Promise<TestProxy> {
  const targets: string[] = []
  const sockets = new Set<Socket>()
  const server = createHttpServer()
  const wanted =
    credentials && `Basic ${Buffer.from(`${credentials.name}:${credentials.password}`).toString('base64')}`
  server.on('connect', (request, near: Socket) => {
    near.on('error', () => near.destroy())
    if (isMute) return
    const isWelcome = wanted === undefined || request.headers['proxy-authorization'] === wanted
    const status = proxy.refuses ?? (isWelcome ? 200 : 407)
    if (status !== 200) {
      near.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const target = request.url ?? ''
    targets.push(target)
    const [host = '', port = ''] = target.split(':')
    const far = connect({ host, port: Number(port) }, () => near.write('HTTP/1.1 200 OK\r\n\r\n'))
    join(near, far, sockets)
  })
  const proxy = await listening(server, { scheme: 'http', targets, sockets, credentials })
  proxy.refuses = refuses
  return proxy
}

/** SOCKS 5 (RFC 1928, 1929). */
export async function socksProxy({ credentials }: { credentials?: Credentials } = {}): Promise<TestProxy> {
  const targets: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    near.on('error', () => near.destroy())
    let step: 'hello' | 'password' | 'request' = 'hello'
    near.on('data', function onData(bytes: Buffer) {
      if (step === 'hello') {
        near.write(Buffer.of(5, credentials === undefined ? 0 : 2))
        step = credentials === undefined ? 'request' : 'password'
      } else if (step === 'password') {
        const nameLength = bytes[1] ?? 0
        const name = bytes.subarray(2, 2 + nameLength).toString()
        const password = bytes.subarray(3 + nameLength).toString()
        const isWelcome = name === credentials?.name && password === credentials.password
        near.write(Buffer.of(1, isWelcome ? 0 : 1))
        step = 'request'
        if (!isWelcome) near.end()
      } else {
        near.off('data', onData)
        const { host, port } = targetOf(bytes)
        targets.push(`${host}:${port}`)
        const far = connect({ host, port }, () => near.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)))
        join(near, far, sockets)
      }
    })
  })
  return await listening(server, { scheme: 'socks5', targets, sockets, credentials })
}

function targetOf(bytes: Buffer): { host: string; port: number } {
  const isName = bytes[3] === 3
  const length = isName ? (bytes[4] ?? 0) : 4
  const start = isName ? 5 : 4
  const address = bytes.subarray(start, start + length)
  return { host: isName ? address.toString() : address.join('.'), port: bytes.readUInt16BE(start + length) }
}

function join(near: Socket, far: Socket, sockets: Set<Socket>): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    sockets.add(one)
    one.on('data', (bytes: Buffer) => other.write(bytes))
    one.on('error', () => one.destroy())
    one.on('close', () => {
      sockets.delete(one)
      other.destroy()
    })
  }
}

async function listening(
  server: Server,
  {
    scheme,
    targets,
    sockets,
    credentials,
  }: { scheme: string; targets: string[]; sockets: Set<Socket>; credentials: Credentials | undefined },
): Promise<TestProxy> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const user =
    credentials === undefined ? '' : `${credentials.name}:${encodeURIComponent(credentials.password)}@`
  return {
    url: `${scheme}://${user}127.0.0.1:${port}`,
    port,
    targets,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
