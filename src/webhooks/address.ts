import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

const privateRanges = new BlockList()
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateRanges.addSubnet(net, prefix, 'ipv4')
privateRanges.addAddress('::1', 'ipv6')
privateRanges.addSubnet('fc00::', 7, 'ipv6')

// Where clouds answer any caller with the credentials of the machine: no receiver of ours is there.
const refusedRanges = new BlockList()
refusedRanges.addSubnet('169.254.0.0', 16, 'ipv4')
refusedRanges.addSubnet('0.0.0.0', 8, 'ipv4')
refusedRanges.addSubnet('fe80::', 10, 'ipv6')
refusedRanges.addAddress('::', 'ipv6')
refusedRanges.addAddress('fd00:ec2::254', 'ipv6')

export function isPrivate(address: string): boolean {
  return privateRanges.check(address, family(address))
}

/** Never connected to, whatever name leads there. */
export function isRefused(address: string): boolean {
  return refusedRanges.check(address, family(address))
}

// An IPv4 address that is written as IPv6 (::ffff:169.254.169.254) is checked against the IPv4 ranges by BlockList.
function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

/**
 * What is wrong with the URL of an endpoint; undefined when nothing is. The URL is not repeated: its path may hold a
 * token.
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
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host]
  if (addresses.some((address) => isRefused(address))) return 'expected an address that is not link-local'
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
