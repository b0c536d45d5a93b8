import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { urlProblem } from '../../../src/webhooks/address.js'
import { post } from '../../../src/webhooks/post.js'

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

  test('a link-local or metadata address is not connected to, however it is written', async () => {
    for (const url of [
      'http://169.254.169.254/latest',
      'http://[fe80::1]/',
      'http://0xa9fea9fe/',
      'http://[::a9fe:a9fe]/',
      'http://[64:ff9b::a9fe:a9fe]/',
      'http://[2002:a9fe:a9fe::1]/',
      'http://100.100.100.200/',
    ])
      expect(await send(url)).toEqual({ kind: 'unanswered', code: 'AddressRefused' })
  })
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
    ['https://169.254.169.254/', 'not a link-local or reserved one'],
    ['http://[::ffff:169.254.169.254]/', 'not a link-local or reserved one'],
  ])('%s is refused', async (url, why) => expect(await problem(url)).toContain(why))
  test('plain http to a public address, if the operator says so', async () => {
    expect(await problem('http://8.8.8.8/', true)).toBeUndefined()
    expect(await problem('http://169.254.169.254/', true)).toContain('not a link-local or reserved one')
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
