import { describe, expect, it } from 'vitest'
import { addressKey } from '../../../src/api/auth/attempts.js'
import { cookieOf, noCookie, signInCookie } from '../../../src/api/auth/cookie.js'
import { isSameOrigin } from '../../../src/api/auth/same-origin.js'
import { newToken, secretDigest, tokenDigest } from '../../../src/client/operators/secrets.js'

describe('the address that attempts are counted by', () => {
  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:DB8:0001:2::1', '2001:db8:1:2::2'],
    ['2001:db8::1', '2001:db8:0:0:1::1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('%s is that of %s', (one, other) => {
    expect(addressKey(one)).toBe(addressKey(other))
  })

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['2001:db8::1', '::1'],
  ])('%s is not that of %s', (one, other) => {
    expect(addressKey(one)).not.toBe(addressKey(other))
  })
})

describe('a cookie', () => {
  const request = (cookie: string) => new Request('http://localhost', { headers: { cookie } })

  it('is found by its name alone', () => {
    const secret = 'a'.repeat(43)
    expect(cookieOf(request(`other=1; carillon=${secret}`), { isTls: false })).toBe(secret)
    expect(cookieOf(request(`__Host-carillon=${secret}`), { isTls: true })).toBe(secret)
    expect(cookieOf(request(`carillon=${secret}`), { isTls: true })).toBeUndefined()
    expect(cookieOf(request(`__Host-carillon=${secret}`), { isTls: false })).toBeUndefined()
  })

  it('is taken back with the attributes it was given', () => {
    expect(noCookie({ isTls: true })).toBe(
      '__Host-carillon=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
    )
    expect(signInCookie('x', { isTls: false, maxAgeS: 5 })).not.toContain('Secure')
  })
})

describe('a request', () => {
  const from = (headers: Record<string, string>) =>
    isSameOrigin(new Request('https://a.example/v1/sign-in', { method: 'POST', headers }))

  it.each([
    [{ origin: 'https://a.example' }, true],
    [{ origin: 'https://a.example', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{}, false],
    [{ origin: 'http://a.example' }, false],
    [{ origin: 'https://a.example:8443' }, false],
    [{ origin: 'https://a.example.evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://a.example', 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
  ] as [Record<string, string>, boolean][])('with %j is of a page of ours: %j', (headers, expected) => {
    expect(from(headers)).toBe(expected)
  })
})

describe('a token', () => {
  it('is one only whole', () => {
    const token = newToken()
    expect(tokenDigest(token)).toHaveLength(32)
    for (let length = 0; length < token.length; length++)
      expect(tokenDigest(token.slice(0, length))).toBeUndefined()
    for (const wrong of [`${token}a`, ` ${token}`, `${token}\n`, token.replace('carillon_', 'carillon-')])
      expect(tokenDigest(wrong)).toBeUndefined()
    expect(secretDigest(token)).toBeUndefined()
  })
})
