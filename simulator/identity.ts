/** What makes a simulator the same one after a restart: its secrets, its certificate and its ports. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { createCertificate } from './certificate.js'
import { derive, signingKeysFrom, type SigningKeys } from './signing-key.js'

const ports = z.strictObject({ whatsapp: z.int(), control: z.int(), media: z.int() })
const stored = z.strictObject({
  seed: z.string().regex(/^[0-9a-f]{64}$/),
  keyPem: z.string(),
  certificatePem: z.string(),
  ports: ports.optional(),
})

export type Ports = z.output<typeof ports>

export class Identity {
  readonly trustFile: string
  readonly caFile: string
  readonly #file: string
  #stored: z.output<typeof stored>

  constructor(stateDir: string) {
    this.#file = join(stateDir, 'identity.json')
    this.trustFile = join(stateDir, 'trust.json')
    this.caFile = join(stateDir, 'ca.pem')
    if (existsSync(this.#file)) this.#stored = stored.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    else {
      this.#stored = { seed: randomBytes(32).toString('hex'), ...createCertificate() }
      this.#save()
    }
    writeFileSync(this.caFile, this.#stored.certificatePem)
    writeFileSync(this.trustFile, `${JSON.stringify({ rootPublicKey: this.root.public.toString('hex') })}\n`)
  }

  get seed(): Buffer {
    return Buffer.from(this.#stored.seed, 'hex')
  }

  /** Signs the Noise certificates: what the trust preload makes Baileys believe in. */
  get root(): SigningKeys {
    return signingKeysFrom(derive(this.seed, 'noise root'))
  }

  get tls(): { key: string; cert: string } {
    return { key: this.#stored.keyPem, cert: this.#stored.certificatePem }
  }

  get ports(): Ports | undefined {
    return this.#stored.ports
  }

  keepPorts(kept: Ports): void {
    this.#stored = { ...this.#stored, ports: kept }
    this.#save()
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#stored, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}
