import { describe, expect, test } from 'vitest'
import { isPrivate, isRefused, isRefusedForName, urlProblem } from '../../../src/webhooks/address.js'

describe('private addresses', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '::1',
    'fd12::1',
    '::ffff:10.0.0.1',
  ])('%s is private and reached', (address) => {
    expect(isPrivate(address)).toBe(true)
    expect(isRefused(address)).toBe(false)
  })
  test.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '2001:4860::1', '100.64.0.1', '::ffff:8.8.8.8'])(
    '%s is not private, and is reached',
    (address) => {
      expect(isPrivate(address)).toBe(false)
      expect(isRefused(address)).toBe(false)
    },
  )
})

// RFC 6890 and the registries of IANA that go on from it.
const refused: [what: string, addresses: string[]][] = [
  ['this network', ['0.0.0.0', '0.1.2.3', '::']],
  [
    'link-local',
    ['169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', 'febf::1', '::ffff:a9fe:a9fe'],
  ],
  [
    'metadata of a cloud',
    [
      '100.100.100.200',
      '::ffff:100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      'fd00:ec2::254',
      'fd20:ce::254',
      'fd00:c1::a9fe:a9fe',
      'fd00:42::42',
    ],
  ],
  ['NAT64', ['64:ff9b::a9fe:a9fe', '64:ff9b::6464:64c8', '64:ff9b::8.8.8.8', '64:ff9b:1::1']],
  ['6to4', ['2002:a9fe:a9fe::1', '2002:808:808::', '192.88.99.1']],
  ['Teredo', ['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2']],
  ['IPv4-compatible', ['::a9fe:a9fe', '::169.254.169.254', '::6464:64c8', '::2']],
  ['translated IPv4', ['::ffff:0:a9fe:a9fe', '::ffff:0:8.8.8.8']],
  ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
  ['benchmarking', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
  ['ORCHID', ['2001:10::1', '2001:20::1']],
  ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
  ['reserved', ['240.0.0.1', '255.255.255.255', '192.0.0.1', '100::1', '5f00::1', 'fec0::1', '4000::1']],
]
describe.each(refused)('%s', (_what, addresses) => {
  test.each(addresses)('%s is refused', (address) => {
    expect(isRefused(address)).toBe(true)
  })
})

describe('what a name leads to', () => {
  test.each(['64:ff9b::8.8.8.8', '64:ff9b::101:101', '8.8.8.8', '10.0.0.1'])('%s is reached', (address) =>
    expect(isRefusedForName(address)).toBe(false),
  )
  test.each([
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::6464:64c8',
    '64:ff9b::10.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::',
    '64:ff9b:1::808:808',
    '2002:808:808::',
    '::a9fe:a9fe',
    'not an address',
  ])('%s is refused', (address) => expect(isRefusedForName(address)).toBe(true))
})

test.each([
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b::808:808]/',
  'https://[2002:a9fe:a9fe::1]/',
  'https://[::a9fe:a9fe]/',
  'https://[::ffff:100.100.100.200]/',
  'https://100.100.100.200/latest/meta-data',
  'https://0x646464c8/',
  'https://1684301000/',
])('an endpoint at %s is refused', async (url) => {
  expect(await urlProblem(url, { allowHttp: true })).toContain('not a link-local or reserved one')
})
