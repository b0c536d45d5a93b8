import { beforeAll, expect, test } from 'vitest'
import { newSecret, sign } from '../../../src/webhooks/signature.js'
import { documentedVerifier, type Verifier } from '../../support/documented-verifier.js'

const atMs = Date.parse('2026-11-24T06:00:00Z')
const secret = newSecret()
const body = '{"id":"1","type":"run.finished"}'
const signature = sign({ secret, body, atMs })
let isFromCarillon: Verifier

beforeAll(async () => {
  isFromCarillon = await documentedVerifier()
})

test('the documented verification takes what we signed', () => {
  expect(signature).toMatch(/^t=1795500000,v1=[0-9a-f]{64}$/)
  expect(isFromCarillon({ secret, signature, body, nowMs: atMs + 299_000 })).toBe(true)
})

test('it refuses another secret, another body, another time and another shape', () => {
  const refused = (change: Partial<Parameters<Verifier>[0]>) =>
    isFromCarillon({ secret, signature, body, nowMs: atMs, ...change })
  expect(refused({ secret: newSecret() })).toBe(false)
  expect(refused({ body: `${body} ` })).toBe(false)
  expect(refused({ nowMs: atMs + 301_000 })).toBe(false)
  expect(refused({ nowMs: atMs - 301_000 })).toBe(false)
  // A recorded request with a fresh time.
  expect(refused({ signature: signature.replace('t=1795500000', 't=1795500001') })).toBe(false)
  for (const bad of ['', 'v1=00', 't=1795500000', signature.slice(0, -2)])
    expect(refused({ signature: bad })).toBe(false)
})

test('a secret is long and made anew each time', () => {
  expect(secret).toMatch(/^whsec_[\w-]{43}$/)
  expect(newSecret()).not.toBe(secret)
})
