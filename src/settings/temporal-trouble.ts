import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { say } from '../domain/sentences/say.js'
import type { Sentence } from '../domain/sentences/sentence.js'
import type { TemporalSecurity } from './temporal-connection.js'

const defaultPort = 7233
/** Whoever waits has waited for the connection itself before. */
const patienceMs = 3_000
/** A server that refuses our certificate says so after its own handshake is done (TLS 1.3). */
const refusalMs = 500

export type Trouble = { found: Sentence; remedy: Sentence }

/**
 * Why Temporal is not reached, and what to do. gRPC says only that it took too long, so this knocks once more by itself.
 * @param error what the attempt failed with
 */
export async function temporalTrouble(
  address: string,
  { tls }: TemporalSecurity,
  error: unknown,
): Promise<Trouble> {
  const said = error instanceof Error ? error.message : String(error)
  const end = await knock(address, tls)
  if (end.kind === 'away')
    return { found: say('doctorTemporalAway', { address, why: end.why }), remedy: say('doctorStartTemporal') }
  if (end.kind !== 'answers')
    return { found: say('doctorTemporalNoTls', { address, why: end.why }), remedy: remedyOf(end) }
  return tls
    ? {
        found: say('doctorNotTemporalOverTls', { address, why: said }),
        remedy: say('doctorCorrectAddress'),
      }
    : { found: say('doctorNotTemporal', { address, why: said }), remedy: say('doctorSetTls') }
}

export function troubleText({ found, remedy }: Trouble): string {
  return `${found}. ${remedy}`
}

function remedyOf({ kind, why }: Exclude<End, { kind: 'answers' }>): Sentence {
  if (kind === 'refused' || /ALERT/.test(why)) return say('doctorSetClientCertificate')
  if (why === 'ERR_TLS_CERT_ALTNAME_INVALID') return say('doctorSetServerName')
  if (/CERT|ISSUER/.test(why)) return say('doctorSetServerCa')
  return say('doctorNoTls')
}

/** `noTls`: of the server, or of what it says of itself. `refused`: by it, once we had said who we are. */
type End = { kind: 'answers' } | { kind: 'away' | 'noTls' | 'refused'; why: string }

async function knock(address: string, tls: TemporalSecurity['tls']): Promise<End> {
  const place = placeOf(address)
  const plain = connectPlain(place)
  try {
    const away = await outcome(plain, { event: 'connect', withinMs: patienceMs })
    if (away !== undefined) return { kind: 'away', why: away }
    if (!tls) return { kind: 'answers' }
    const secure = connectTls({ socket: plain, ...optionsOf(tls, place.host) })
    const noTls = await outcome(secure, { event: 'secureConnect', withinMs: patienceMs })
    if (noTls !== undefined) return { kind: 'noTls', why: noTls }
    const refused = await outcome(secure, { event: 'data', withinMs: refusalMs })
    if (refused === undefined || refused === silence) return { kind: 'answers' }
    return { kind: 'refused', why: refused }
  } finally {
    plain.destroy()
  }
}

/** Of `TEMPORAL_ADDRESS`. */
export function placeOf(address: string): { host: string; port: number } {
  if (!URL.canParse(`tcp://${address}`)) return { host: address, port: defaultPort }
  const { hostname, port } = new URL(`tcp://${address}`)
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || defaultPort) }
}

function optionsOf(tls: NonNullable<TemporalSecurity['tls']>, host: string): ConnectionOptions {
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls === true ? {} : tls || {}
  const name = serverNameOverride ?? host
  return {
    host: name,
    // No name that is sent to a server may be an address (RFC 6066, 3).
    ...(isIP(name) === 0 && { servername: name }),
    ALPNProtocols: ['h2'],
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  }
}

const silence = 'ETIMEDOUT'

/** Undefined where the event comes; else what comes instead. */
async function outcome(
  socket: Socket,
  { event, withinMs }: { event: string; withinMs: number },
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(silence), withinMs)
    const end = (why?: string) => {
      clearTimeout(timer)
      resolve(why)
    }
    socket.on(event, () => end())
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
    socket.on('close', () => end('it closed the connection'))
  })
}
