import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { isPrivate, isRefused, urlProblem } from '../../src/webhooks/address.js'
import { post } from '../../src/webhooks/post.js'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))

describe('one try', () => {
  test('a redirect is an answer, and is not followed', async () => {
    let followed = 0
    const elsewhere = await serve((_, response) => {
      followed += 1
      response.end()
    })
    const url = await serve((_, response) => response.writeHead(307, { location: elsewhere }).end())
    expect(await send(url)).toEqual({ kind: 'answered', status: 307 })
    expect(followed).toBe(0)
  })

  test('says when it may be tried again', async () => {
    const url = await serve((_, response) => response.writeHead(429, { 'retry-after': '120' }).end())
    expect(await send(url)).toEqual({ kind: 'answered', status: 429, retryAfterMs: 120_000 })
  })

  test('a receiver that does not answer is given up', async () => {
    const url = await serve(() => {})
    expect(await send(url, 50)).toEqual({ kind: 'unanswered', code: 'ETIMEDOUT' })
  })

  test('nobody there', async () => {
    expect(await send('http://127.0.0.1:1/')).toEqual({ kind: 'unanswered', code: 'ECONNREFUSED' })
  })

  test('the body is what was given, byte for byte, and an endless answer is not read', async () => {
    let got = ''
    const url = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => (got += chunk.toString()))
      request.on('end', () => {
        response.writeHead(200)
        response.write('endless')
      })
    })
    expect(await send(url, 5_000, '{"a":"é"}')).toEqual({ kind: 'answered', status: 200 })
    expect(got).toBe('{"a":"é"}')
  })

  test('a link-local address is not connected to', async () => {
    for (const url of ['http://169.254.169.254/latest', 'http://[fe80::1]/', 'http://0xa9fea9fe/'])
      expect(await send(url)).toEqual({ kind: 'unanswered', code: 'AddressRefused' })
  })
})

describe('addresses', () => {
  test.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '::1', 'fd12::1'])(
    '%s is private',
    (address) => expect(isPrivate(address)).toBe(true),
  )
  test.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '2001:4860::1'])('%s is public', (address) =>
    expect(isPrivate(address)).toBe(false),
  )
  test.each(['169.254.169.254', '0.0.0.0', 'fe80::1', '::', 'fd00:ec2::254', '::ffff:169.254.169.254'])(
    '%s is refused',
    (address) => expect(isRefused(address)).toBe(true),
  )
})

describe('the URL of an endpoint', () => {
  const problem = async (url: string, allowHttp = false) => await urlProblem(url, { allowHttp })
  test.each([
    'https://8.8.8.8/x',
    'http://127.0.0.1:80/',
    'http://localhost:3000/x',
    'http://[::1]/',
    'http://10.0.0.1/',
  ])('%s is taken', async (url) => expect(await problem(url)).toBeUndefined())
  test.each([
    ['not a url', 'expected a URL'],
    ['ftp://8.8.8.8/', 'expected https://'],
    ['http://8.8.8.8/', 'plain http:// is for private addresses'],
    ['https://user:pass@8.8.8.8/', 'no user and password'],
    ['https://169.254.169.254/', 'not link-local'],
    ['http://[::ffff:169.254.169.254]/', 'not link-local'],
  ])('%s is refused', async (url, why) => expect(await problem(url)).toContain(why))
  test('plain http to a public address, if the operator says so', async () => {
    expect(await problem('http://8.8.8.8/', true)).toBeUndefined()
    expect(await problem('http://169.254.169.254/', true)).toContain('not link-local')
  })
})

async function send(url: string, timeoutMs = 5_000, body = '{}') {
  return await post({ url, body, timeoutMs, headers: {} })
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
