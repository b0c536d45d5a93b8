import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** The rules for what a worker may reach, for literal addresses and for those that names lead to: docs/webhooks.md. */

const privateRanges = listOf(
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
)

/**
 * Of IPv4, everything is reached but what IANA keeps for other purposes (RFC 6890 and its registry), and where clouds
 * answer any caller with the credentials of the machine. 100.64.0.0/10 is what Tailscale and carriers give to machines.
 */
const refusedIpv4 = listOf(
  '0.0.0.0/8',
  '100.100.100.200/32', // Alibaba's metadata
  '168.63.129.16/32', // Azure's
  '169.254.0.0/16', // link-local: AWS, Google, Azure and others
  '192.0.0.0/24', // protocol assignments; Oracle's metadata
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24', // the relays of 6to4
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
)

/**
 * Of IPv6, only global unicast and the private ranges are reached. So every form that carries an IPv4 address past a
 * look at IPv6 ranges is outside: NAT64, IPv4-compatible, translated.
 */
const reachedIpv6 = listOf('2000::/3', 'fc00::/7', '::1/128')
const refusedIpv6 = listOf(
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarking
  '2001:db8::/32',
  '2002::/16', // 6to4: an IPv4 address is inside
  '2620:4f:8000::/48',
  '3fff::/20',
  // Metadata of AWS, Google, Oracle and Scaleway, within the private range.
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  'fd00:c1::a9fe:a9fe/128',
  'fd00:42::42/128',
)

export function isPrivate(address: string): boolean {
  const ipv4 = ipv4Of(address)
  return ipv4 === undefined ? privateRanges.check(address, 'ipv6') : privateRanges.check(ipv4, 'ipv4')
}

/** Never connected to. */
export function isRefused(address: string): boolean {
  const ipv4 = ipv4Of(address)
  if (ipv4 !== undefined) return refusedIpv4.check(ipv4, 'ipv4')
  // With a zone (fe80::1%eth0) it is link-local.
  if (isIP(address) !== 6 || address.includes('%')) return true
  return !reachedIpv6.check(address, 'ipv6') || refusedIpv6.check(address, 'ipv6')
}

/**
 * The same for an address that a name led to. On a network with IPv6 alone, DNS64 gives receivers that have only IPv4
 * an address in 64:ff9b::/96: the IPv4 address in it is judged, and must be a public one (RFC 6052, 3.1).
 */
export function isRefusedForName(address: string): boolean {
  const inNat64 = isIP(address) === 6 ? ipv4Within('64:ff9b::', address) : undefined
  return inNat64 === undefined ? isRefused(address) : isRefused(inNat64) || isPrivate(inNat64)
}

/** The IPv4 address in a text, however it is written (::ffff:10.0.0.1). */
function ipv4Of(address: string): string | undefined {
  const family = isIP(address)
  if (family === 4) return address
  return family === 6 ? ipv4Within('::ffff:', address) : undefined
}

/** The IPv4 address in the last 32 bits behind this prefix. */
function ipv4Within(prefix: string, address: string): string | undefined {
  const url = `http://[${address}]/`
  // The URL parser writes every address in the one short form of RFC 5952.
  const canonical = URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : ''
  const groups = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical.slice(prefix.length))
  if (!canonical.startsWith(prefix) || groups === null) return undefined
  return [groups[1], groups[2]]
    .map((group) => Number.parseInt(group ?? '', 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

function listOf(...subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', prefix] = subnet.split('/')
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/**
 * The fault of an endpoint's URL; undefined when it has none. The URL is not repeated: its path may contain a token.
 */
export async function urlProblem(
  text: string,
  { allowHttp }: { allowHttp: boolean },
): Promise<string | undefined> {
  if (!URL.canParse(text)) return 'expected a URL such as https://example.org/carillon'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'expected https:// (or http:// on a private network)'
  if (url.username !== '' || url.password !== '')
    return 'expected no user and password in the URL: check the signature instead'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isName = isIP(host) === 0
  const addresses = isName ? await addressesOf(host) : [host]
  if (addresses.some((address) => (isName ? isRefusedForName(address) : isRefused(address))))
    return 'expected a public or private address: not a link-local or reserved one, nor one that hides an IPv4 address (NAT64, 6to4, Teredo)'
  if (url.protocol === 'https:' || allowHttp) return undefined
  if (addresses.length > 0 && addresses.every((address) => isPrivate(address))) return undefined
  return 'expected https://: plain http:// is for private addresses, or with --allow-http'
}

/** None where the name is not known here: it may be where the worker runs. */
async function addressesOf(host: string): Promise<string[]> {
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1']
  const found = await lookup(host, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}
