import { isIP } from 'node:net'
import { z } from 'zod'

/** Separated by commas; empty is none. */
const listOf = (isOne: (text: string) => boolean, expected: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((one) => one.trim() || []))
    .refine((all) => all.every((one) => isOne(one)), expected)

const rangeNames = ['loopback', 'linklocal', 'uniquelocal']
const expectedProxies = `expected addresses, CIDRs such as 10.0.0.0/8, or ${rangeNames.join(', ')}, separated by commas`

function isProxyAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  if (bits === undefined) return most > 0 || rangeNames.includes(text)
  // All of them would be everybody, who could then say of itself what it likes.
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= most
}

const expectedOrigins =
  'expected origins such as https://app.example.org, separated by commas: exactly what a browser sends, without a path, and no *'

function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

/** Addresses, CIDRs and names of ranges, as `proxy-addr` takes them. */
export const proxyList = listOf(isProxyAddress, expectedProxies)
/** Each exactly as a browser sends it. */
export const originList = listOf(isOrigin, expectedOrigins)
