import { createSecureContext } from 'node:tls'
import { ConfigError } from './config-error.js'

export type TlsMaterial = {
  ca?: Uint8Array | undefined
  cert?: Uint8Array | undefined
  key?: Uint8Array | undefined
}

/**
 * That certificates and keys are some, and belong together: else the first connection would fail, and say less.
 * @param settings who names the files
 * @throws ConfigError
 */
export function checkTlsMaterial(settings: string, { ca, cert, key }: TlsMaterial): void {
  const bytes = (given: Uint8Array | undefined) => given && Buffer.from(given)
  try {
    // Of OpenSSL, which says what it misses and never what it read.
    createSecureContext({ ca: bytes(ca), cert: bytes(cert), key: bytes(key) })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`${settings}: no certificates and keys that can be used together (${why})`)
  }
  if (ca !== undefined && !hasCertificate(ca))
    throw new ConfigError(`${settings}: the file of the issuer has no certificate in PEM form`)
}

/** OpenSSL passes over an issuer's file without one, and then trusts nobody. */
function hasCertificate(pem: Uint8Array): boolean {
  return Buffer.from(pem).includes('-----BEGIN CERTIFICATE-----')
}
