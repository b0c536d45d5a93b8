import { once } from 'node:events'
import { request, type IncomingMessage, type Server } from 'node:http'
import { isIP, type AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import * as fc from 'fast-check'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { isSameOrigin, isTls } from '../../../src/api/auth/same-origin.js'
import { trustProxies } from '../../../src/api/proxies.js'
import { parseConfig } from '../../../src/config.js'

type Seen = { address?: string; url: string; isTls: boolean; isSameOrigin: boolean; body: string }

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** What the app sees, over a real connection from this machine. */
async function behind(trusted: string[], host = '127.0.0.1') {
  const proxies = trustProxies(trusted)
  const app = new Hono().all('*', async (context) => {
    const { raw } = context.req
    return context.json({
      address: proxies.addressOf(context),
      url: raw.url,
      isTls: isTls(raw),
      isSameOrigin: isSameOrigin(raw),
      body: await raw.text(),
    })
  })
  const server = createAdaptorServer({ fetch: proxies.behind(app.fetch) }) as Server
  servers.push(server)
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    see: async (
      headers: Record<string, string | string[]> = {},
      { path = '/v1/reminders/a%2Fb?x=1%202', body = '' }: { path?: string; body?: string } = {},
    ): Promise<Seen> => {
      const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false })
      asked.end(body)
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      let text = ''
      for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text}`)
      return JSON.parse(text) as Seen
    },
  }
}

const forwarded = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'carillon.example.org',
}

describe('where no proxy is trusted', () => {
  test.each([[[]], [['10.0.0.0/8', '2001:db8::/32']]])(
    'nothing that they say counts (%j)',
    async (trusted) => {
      const { see, port } = await behind(trusted)
      expect(await see({ ...forwarded, forwarded: 'for=203.0.113.9;proto=https' })).toMatchObject({
        address: '127.0.0.1',
        url: `http://127.0.0.1:${port}/v1/reminders/a%2Fb?x=1%202`,
        isTls: false,
      })
    },
  )
})

describe('behind a trusted proxy', () => {
  test.each([['loopback'], ['127.0.0.1'], ['127.0.0.0/8'], ['::ffff:127.0.0.1']])(
    'the client is who it names, by its own protocol and host (%s)',
    async (trusted) => {
      const { see } = await behind([trusted])
      expect(await see({ ...forwarded, origin: 'https://carillon.example.org' }, { body: 'whole' })).toEqual({
        address: '203.0.113.9',
        url: 'https://carillon.example.org/v1/reminders/a%2Fb?x=1%202',
        isTls: true,
        isSameOrigin: true,
        body: 'whole',
      })
    },
  )

  test('also where the connection comes as an IPv4 address in IPv6', async () => {
    const { see } = await behind(['loopback'], '::')
    expect(await see(forwarded)).toMatchObject({ address: '203.0.113.9', isTls: true })
  })

  test('another origin stays another one', async () => {
    const { see } = await behind(['loopback'])
    for (const origin of ['https://evil.example.org', 'http://carillon.example.org', 'null'])
      expect((await see({ ...forwarded, origin })).isSameOrigin, origin).toBe(false)
  })

  test('a request that it says nothing of is as it came', async () => {
    const { see, port } = await behind(['loopback'])
    expect(await see()).toMatchObject({ address: '127.0.0.1', url: expect.stringContaining(`:${port}/`) })
    // It passes the host on as it is.
    expect(await see({ host: 'carillon.example.org', 'x-forwarded-proto': 'https' })).toMatchObject({
      url: 'https://carillon.example.org/v1/reminders/a%2Fb?x=1%202',
    })
  })

  test.each<[string, string[], string, string]>([
    [
      'what a client invents is before what the proxy adds',
      ['loopback'],
      '127.0.0.1, 198.51.100.1, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'and so are the addresses of trusted proxies',
      ['loopback', '10.0.0.0/8'],
      '10.0.0.1, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'two of them are both passed over',
      ['loopback', '10.0.0.0/8'],
      '198.51.100.1, 203.0.113.9, 10.0.0.7',
      '203.0.113.9',
    ],
    ['one that is not trusted is as far as it goes', ['loopback'], '203.0.113.9, 10.0.0.7', '10.0.0.7'],
    ['many hops', ['loopback'], `${'198.51.100.1, '.repeat(300)}203.0.113.9`, '203.0.113.9'],
    ['IPv6', ['loopback'], '198.51.100.1, 2001:db8::7', '2001:db8::7'],
    ['IPv6 of a trusted proxy', ['loopback', '2001:db8:1::/48'], '2001:db8::7, 2001:db8:1::1', '2001:db8::7'],
    ['IPv4 in IPv6', ['loopback', '10.0.0.0/8'], '203.0.113.9, ::ffff:10.0.0.7', '203.0.113.9'],
    ['spaces', ['loopback'], '  198.51.100.1 ,203.0.113.9  ', '203.0.113.9'],
  ])('%s', async (_what, trusted, header, address) => {
    const { see } = await behind(trusted)
    expect((await see({ 'x-forwarded-for': header })).address).toBe(address)
  })

  test.each(['', 'unknown', '_hidden', '203.0.113.9:4711', '[2001:db8::7]:4711', '999.1.1.1'])(
    'an address that is none (%j) has that of the proxy counted',
    async (header) => {
      const { see } = await behind(['loopback'])
      expect((await see({ 'x-forwarded-for': header })).address).toBe('127.0.0.1')
    },
  )

  test('of protocols and hosts, what the outermost proxy wrote counts, and nothing before it', async () => {
    const one = await behind(['loopback'])
    const said = {
      'x-forwarded-for': '198.51.100.1, 203.0.113.9',
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'evil.example.org, carillon.example.org',
    }
    expect(await one.see(said)).toMatchObject({
      url: expect.stringMatching(/^http:\/\/carillon\.example\.org\//),
    })
    const two = await behind(['loopback', '10.0.0.0/8'])
    const chain = {
      'x-forwarded-for': '203.0.113.9, 10.0.0.7',
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'carillon.example.org, inner:8080',
    }
    expect(await two.see(chain)).toMatchObject({
      address: '203.0.113.9',
      url: expect.stringMatching(/^https:\/\/carillon\.example\.org\//),
    })
    // The inner one writes over what was there.
    expect(
      await two.see({ ...chain, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example.org' }),
    ).toMatchObject({
      url: expect.stringMatching(/^https:\/\/a\.example\.org\//),
    })
  })

  test.each([
    ['x-forwarded-proto', 'javascript'],
    ['x-forwarded-proto', 'https://evil.example.org'],
    ['x-forwarded-proto', ''],
    ['x-forwarded-host', 'user:password@evil.example.org'],
    ['x-forwarded-host', 'evil.example.org/path'],
    ['x-forwarded-host', 'evil.example.org:99999'],
    ['x-forwarded-host', 'evil example'],
    ['x-forwarded-host', '[::1'],
    ['x-forwarded-host', '#'],
    ['x-forwarded-host', ''],
  ])('%s: %j makes no sense, and is as if it were not said', async (name, value) => {
    const { see, port } = await behind(['loopback'])
    expect((await see({ 'x-forwarded-for': '203.0.113.9', [name]: value })).url).toBe(
      `http://127.0.0.1:${port}/v1/reminders/a%2Fb?x=1%202`,
    )
  })

  test('whatever is in the headers, a request is answered, under its own path and from an address', async () => {
    const { see } = await behind(['loopback', 'uniquelocal'])
    const visible = fc.stringMatching(/^[\x20-\x7e]{0,60}$/)
    const value = fc.oneof(
      visible,
      fc
        .array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('https', 'http', 'a.example.org', '', ',')))
        .map((all) => all.join(', ')),
    )
    await fc.assert(
      fc.asyncProperty(value, value, value, async (of, proto, host) => {
        const seen = await see({
          'x-forwarded-for': of,
          'x-forwarded-proto': proto,
          'x-forwarded-host': host,
        })
        expect(seen.url).toMatch(/^https?:\/\/[^/]+\/v1\/reminders\/a%2Fb\?x=1%202$/)
        expect(isIP(seen.address ?? '')).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })
})

describe('CARILLON_TRUSTED_PROXIES', () => {
  const proxies = (text: string) => parseConfig({ CARILLON_TRUSTED_PROXIES: text }).trustedProxies

  test('is none where it is not set', () => {
    expect(parseConfig({}).trustedProxies).toEqual([])
    expect(proxies('')).toEqual([])
  })

  test('has addresses, ranges and their names', () => {
    const all = 'loopback, 10.0.0.0/8,192.0.2.1, 2001:db8::/32, ::1,uniquelocal'
    expect(proxies(all)).toEqual([
      'loopback',
      '10.0.0.0/8',
      '192.0.2.1',
      '2001:db8::/32',
      '::1',
      'uniquelocal',
    ])
    expect(() => trustProxies(proxies(all))).not.toThrow()
  })

  test.each([
    '*',
    'true',
    '1',
    'proxy.example.org',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::/0',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '300.0.0.1',
  ])('%s is refused: all would be believed, or nobody', (text) => {
    expect(() => proxies(`loopback,${text}`)).toThrow(
      `CARILLON_TRUSTED_PROXIES: expected addresses, CIDRs such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas, got 'loopback,${text}'`,
    )
  })
})
