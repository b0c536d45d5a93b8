import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { getHttpStream } from '../../src/whatsapp/baileys.js'
import { downloads, proxyOf } from '../../src/whatsapp/proxy-agent.js'
import type { Session } from '../../src/whatsapp/gateway.js'
import { httpProxy, socksProxy, type TestProxy } from '../support/proxies.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000071'
const MEMBER = '15550000072'
const credentials = { name: 'carillon', password: 'p:a@ss%wörd' }

let world: World
let jid: string
let sends = 0
const proxies: TestProxy[] = []

beforeAll(async () => {
  world = await World.start()
  const session = await world.pair('proxied', ACCOUNT)
  jid = (await world.whatsapp.createGroup({ subject: 'Of two', members: [ACCOUNT, MEMBER] })).jid
  await session.close()
}, slowMs)
afterAll(() => world?.stop(), slowMs)
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop()
})

async function started(proxy: Promise<TestProxy>): Promise<TestProxy> {
  const running = await proxy
  proxies.push(running)
  return running
}

const image = {
  kind: 'image',
  bytes: Buffer.from('not quite an image'),
  mime: 'image/jpeg',
  caption: 'through it',
} as const

async function sendText(session: Session, text: string) {
  return await session.send({ ...world.text(`3EB0D${++sends}`, text), jid, maybeSentBefore: false })
}

const hostOf = (url: string): string => new URL(url).host

test.each([
  ['HTTP', () => httpProxy()],
  ['HTTP with a name and password', () => httpProxy({ credentials })],
  ['SOCKS', () => socksProxy()],
  ['SOCKS with a name and password', () => socksProxy({ credentials })],
])(
  'the socket, an upload and a download go by way of a proxy: %s',
  async (_, start) => {
    const proxy = await started(start())
    const { whatsappUrl, mediaUrl, caFile } = world.simulator.endpoints
    const session = await world.open('proxied', { proxy: proxy.url })
    expect(await sendText(session, 'through it')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(proxy.targets).toEqual([hostOf(whatsappUrl)])
    await session.uploadMedia(image)
    expect(proxy.targets).toEqual([hostOf(whatsappUrl), hostOf(mediaUrl)])

    const { uploads } = await world.whatsapp.uploads()
    const dispatcher = downloads(proxyOf(proxy.url, { ca: readFileSync(caFile) }).agent)
    const stream = await getHttpStream(`${mediaUrl}${uploads[0]?.path}`, { dispatcher } as never)
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) bytes += chunk.length
    expect(bytes).toBe(uploads[0]?.bytes)
    expect(proxy.targets).toHaveLength(3)

    // Nothing of it went another way: it ends with the proxy.
    await proxy.stop()
    proxies.length = 0
    expect(await session.closed).toMatchObject({ failure: 'ConnectionLost' })
    await expect.poll(async () => (await world.whatsapp.stats()).connections).toBe(0)
  },
  slowMs,
)

test.each([
  ['cannot be reached', 'ProxyUnreachable', undefined, () => httpProxy(), true],
  ['says nothing', 'ProxyUnreachable', undefined, () => httpProxy({ isMute: true }), false],
  ['wants another password', 'ProxyRefused', 407, () => httpProxy({ credentials }), false],
  ['does not reach WhatsApp', 'ProxyRefused', 502, () => httpProxy({ refuses: 502 }), false],
  ['wants another password, over SOCKS', 'ProxyRefused', undefined, () => socksProxy({ credentials }), false],
  ['cannot be reached, over SOCKS', 'ProxyUnreachable', undefined, () => socksProxy(), true],
] as const)(
  'a proxy that %s is named as what is wrong, and nobody goes around it',
  async (_, failure, code, start, isGone) => {
    const proxy = await started(start())
    if (isGone) {
      await proxy.stop()
      proxies.length = 0
    }
    const url = proxy.url.replace('carillon:', 'somebody:')
    await expect(world.open('proxied', { proxy: url })).rejects.toMatchObject({ failure, code })
    await expect.poll(async () => (await world.whatsapp.stats()).connections).toBe(0)
    expect(JSON.stringify(world.logs)).not.toContain('p%3Aa%40ss')
    expect(JSON.stringify(world.logs)).not.toContain('somebody')
  },
  slowMs,
)

test(
  'an upload that the proxy does not take is the fault of the proxy',
  async () => {
    const proxy = await started(httpProxy())
    const session = await world.open('proxied', { proxy: proxy.url })
    proxy.refuses = 403
    await expect(session.uploadMedia(image)).rejects.toMatchObject({ failure: 'ProxyRefused', code: 403 })
    proxy.refuses = undefined
    await session.uploadMedia(image)
    expect(session.hasEnded()).toBe(false)
    await session.close()
  },
  slowMs,
)
