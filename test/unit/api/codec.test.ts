import { defaultPayloadConverter } from '@temporalio/common'
import { describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import type { Caller } from '../../../src/api/caller.js'
import { codecRoutes } from '../../../src/api/codec.js'
import { createPayloadCodec } from '../../../src/codec/payload-codec.js'
import { toJson } from '../../../src/codec/payload-json.js'
import { parseConfig } from '../../../src/config.js'
import { createLogger } from '../../../src/logging.js'
import { KeyRing } from '../../../src/store/encryption/key-ring.js'

const origin = 'http://127.0.0.1:8233'
const owner: Caller = { operatorId: 'school', tokenId: 't', name: 't', role: 'owner' }
const callers: Record<string, Caller> = {
  owner,
  viewer: { ...owner, role: 'viewer' },
  editor: { ...owner, role: 'editor' },
  other: { ...owner, operatorId: 'choir' },
  some: { ...owner, accounts: ['office'] },
}
const codec = createPayloadCodec(KeyRing.of(Buffer.alloc(32, 1)))
const stranger = createPayloadCodec(KeyRing.of(Buffer.alloc(32, 2)))
const logger = createLogger('silent')
const app = createApi({
  cronSecret: undefined,
  reconcile: () => Promise.reject(new Error('nobody asks for it')),
  logger,
  codec: codecRoutes({
    authenticate: async ({ headers }) => callers[headers.get('authorization')?.replace('Bearer ', '') ?? ''],
    codec,
    operator: 'school',
    logger,
  }),
  codecOrigins: [origin],
})

const payload = toJson(defaultPayloadConverter.toPayload({ reason: 'the hall is closed' }))
const sealed = async (by = codec) =>
  toJson((await by.encode([defaultPayloadConverter.toPayload({ reason: 'the hall is closed' })]))[0] ?? {})

async function ask(
  direction: 'encode' | 'decode',
  body: unknown,
  { token = 'owner', headers = {} }: { token?: string; headers?: object } = {},
) {
  const response = await app.request(`/codec/${direction}?preserveStorageRefs=true`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-namespace': 'default',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

describe('an owner', () => {
  test('has payloads opened and sealed, in their order', async () => {
    const both = [await sealed(), payload]
    expect(await ask('decode', { payloads: both })).toMatchObject({
      status: 200,
      body: { payloads: [payload, payload] },
    })
    const { body } = await ask('encode', { payloads: [payload, payload] })
    const { payloads } = body as { payloads: (typeof payload)[] }
    expect(payloads).toHaveLength(2)
    expect(JSON.stringify(payloads)).not.toContain(payload.data)
    expect(await ask('decode', { payloads })).toMatchObject({ body: { payloads: [payload, payload] } })
  })

  test('has what is under a key that is not here as it came, beside what opens', async () => {
    const unknown = await sealed(stranger)
    const { status, body } = await ask('decode', { payloads: [unknown, await sealed()] })
    expect({ status, body }).toEqual({ status: 200, body: { payloads: [unknown, payload] } })
  })

  test('has none of none', async () => {
    for (const body of [{}, { payloads: [] }])
      expect(await ask('decode', body)).toMatchObject({ status: 200, body: { payloads: [] } })
  })

  test.each([
    ['no JSON', '{', 400],
    ['a list', [], 422],
    ['a payload that is a text', { payloads: ['x'] }, 422],
    ['bytes that are none', { payloads: [{ data: '%%%' }] }, 422],
    ['metadata that is none', { payloads: [{ metadata: { encoding: 7 } }] }, 422],
    ['too many', { payloads: Array.from({ length: 10_001 }, () => ({})) }, 422],
    ['too much', { payloads: [{ data: 'x'.repeat(17 << 20) }] }, 413],
  ])('is told what is wrong with %s', async (_what, body, status) => {
    expect((await ask('decode', body)).status).toBe(status)
  })
})

describe('nobody else', () => {
  test.each([
    ['without a token', '', 401, 'unauthorized'],
    ['with one that nobody has', 'nobody', 401, 'unauthorized'],
    ['of the role viewer', 'viewer', 403, 'forbidden'],
    ['of the role editor', 'editor', 403, 'forbidden'],
    ['of another operator', 'other', 403, 'forbidden'],
    ['for some accounts only', 'some', 403, 'forbidden'],
  ])('%s', async (_who, token, status, code) => {
    for (const direction of ['encode', 'decode'] as const)
      expect(await ask(direction, { payloads: [await sealed()] }, { token })).toMatchObject({
        status,
        body: { code },
      })
  })
})

describe('a page of another origin', () => {
  const ahead = async (from: string) =>
    await app.request('/codec/decode', {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-namespace',
      },
    })

  test('that is listed may send what the Temporal Web UI sends, with the cookie, and read the answer', async () => {
    const { status, headers } = await ahead(origin)
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(',')
    for (const name of ['content-type', 'x-namespace', 'authorization', 'authorization-extras'])
      expect(allowed).toContain(name)
    const answer = await ask('decode', { payloads: [] }, { headers: { origin } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    expect(answer.headers.get('vary')).toMatch(/Origin/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test.each(['http://127.0.0.1:8234', 'http://localhost:8233', 'https://evil.example.org', 'null'])(
    'that is not listed is let into nothing: %s',
    async (from) => {
      const before = await ahead(from)
      const answer = await ask('decode', { payloads: [await sealed()] }, { headers: { origin: from } })
      for (const headers of [before.headers, answer.headers])
        expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    },
  )

  test('may use nothing else by it', async () => {
    for (const path of ['/v1/accounts', '/v1/sign-in', '/docs', '/healthz']) {
      const { headers } = await app.request(path, { headers: { origin } })
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

test('CARILLON_CODEC_ORIGINS lists origins, and no *', () => {
  expect(
    parseConfig({ CARILLON_CODEC_ORIGINS: `${origin}, https://temporal.example.org` }).codecOrigins,
  ).toEqual([origin, 'https://temporal.example.org'])
  expect(() => parseConfig({ CARILLON_CODEC_ORIGINS: '*' })).toThrow(
    /CARILLON_CODEC_ORIGINS: expected origins/,
  )
})

test('it is for POST alone', async () => {
  const answer = await app.request('/codec/decode')
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('POST')
})
