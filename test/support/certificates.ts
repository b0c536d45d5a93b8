import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type Extension,
  type JsonGeneralNames,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000

/** In PEM. */
export type Certified = { cert: string; key: string }

export type Issuer = {
  /** The certificate of the issuer itself, in PEM. */
  ca: string
  /** For what listens under these names and addresses. */
  server(names: JsonGeneralNames): Promise<Certified>
  /** For a client; Postgres takes the name for that of the role. */
  client(name: string): Promise<Certified>
}

/** An issuer of certificates that only this test trusts. */
export async function createIssuer(name: string): Promise<Issuer> {
  const keys = await newKeys()
  const subject = `CN=${name}`
  const self = await X509CertificateGenerator.createSelfSigned(
    {
      name: subject,
      keys,
      signingAlgorithm: algorithm,
      ...validity(),
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  )

  async function issue(of: string, extensions: Extension[]): Promise<Certified> {
    const own = await newKeys()
    const certificate = await X509CertificateGenerator.create(
      {
        subject: `CN=${of}`,
        issuer: subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        ...validity(),
        extensions: [new BasicConstraintsExtension(false), ...extensions],
      },
      webcrypto,
    )
    return { cert: certificate.toString('pem'), key: await privateKeyOf(own) }
  }
  return {
    ca: self.toString('pem'),
    server: async (names) =>
      await issue('server', [
        new SubjectAlternativeNameExtension(names),
        new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      ]),
    client: async (of) => await issue(of, [new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.2'])]),
  }
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + dayMs) }
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function privateKeyOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', privateKey)
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

export type CertificateFiles = {
  /** Writes it, and returns its path; the same name is written over. */
  write(name: string, text: string): string
  path(name: string): string
  close(): void
}

/** A folder of files that only their owner may read, as keys are to be. */
export function certificateFiles(owner?: { uid: number; gid: number }): CertificateFiles {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-certificates-'))
  // Whoever the files are for must reach them.
  chmodSync(folder, 0o755)
  return {
    path: (name) => join(folder, name),
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text, { mode: 0o600 })
      if (owner) chownSync(path, owner.uid, owner.gid)
      return path
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
