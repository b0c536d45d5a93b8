import { createPrivateKey, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { newSigningKey, signerOf, type Signer } from '../../receipts/checkpoint.js'
import { keyedDigests, type Digests } from '../../receipts/digests.js'
import type { Queryable } from '../database.js'
import { EncryptionKeyError, type KeyRing } from '../encryption/key-ring.js'
import { openAt, sealAt, type Place } from '../encryption/place.js'
import type { WarningLogger } from '../jobs/job-lock.js'

/** What receipts are signed with, and what their digests are made under. */
export type ReceiptKeys = { signer: Signer; digests: Digests }

export const receiptKeysPlace: Place = {
  context: ['', 'receipts', 'keys'],
  what: 'The keys that receipts are signed with',
}

/** PKCS 8 in DER, and 32 bytes: both in base64. */
const secretForm = z.strictObject({ signing: z.base64(), digests: z.base64() })

/**
 * The keys of this installation, made the first time. They are of their own, and sealed: an encryption key that is rotated
 * changes no digest. Where the encryption key was lost for good, others take their place. For a transaction that has the
 * lock of the job, so that two never make them.
 */
export async function receiptKeys(
  client: Queryable,
  { ring, logger }: { ring: KeyRing; logger: WarningLogger },
): Promise<ReceiptKeys> {
  const { rows } = await client.query<{ secret: Buffer }>(
    `select secret from receipt_key order by id desc limit 1`,
  )
  const [row] = rows
  const secret = row && opened(row.secret, { ring, logger })
  if (row === undefined || secret === undefined) return await newKeys(client, ring)
  return keysOf(secret)
}

/** What digests were made with, the newest first. `isWhole`: the ring opens all of it. */
export async function knownDigests(
  db: Queryable,
  ring: KeyRing,
): Promise<{ all: Digests[]; isWhole: boolean }> {
  const { rows } = await db.query<{ secret: Buffer }>(`select secret from receipt_key order by id desc`)
  let isLost = false
  const logger = { warn: () => void (isLost = true) }
  const secrets = rows.map(({ secret }) => opened(secret, { ring, logger }))
  return { all: secrets.flatMap((secret) => (secret ? [keysOf(secret).digests] : [])), isWhole: !isLost }
}

function opened(
  sealed: Buffer,
  { ring, logger }: { ring: KeyRing; logger: WarningLogger },
): Buffer | undefined {
  try {
    return openAt(ring, receiptKeysPlace, sealed)
  } catch (error) {
    if (!(error instanceof EncryptionKeyError)) throw error
    // A worker does not start with another key than the stored one, unless an operator has said that that is lost.
    logger.warn({}, 'receipts-keys-replaced')
    return undefined
  }
}

async function newKeys(client: Queryable, ring: KeyRing): Promise<ReceiptKeys> {
  const secret = Buffer.from(
    JSON.stringify({
      signing: newSigningKey().export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      digests: randomBytes(32).toString('base64'),
    }),
  )
  await client.query(`insert into receipt_key (secret) values ($1)`, [sealAt(ring, receiptKeysPlace, secret)])
  return keysOf(secret)
}

function keysOf(secret: Buffer): ReceiptKeys {
  const { signing, digests } = secretForm.parse(JSON.parse(secret.toString()))
  return {
    signer: signerOf(createPrivateKey({ key: Buffer.from(signing, 'base64'), format: 'der', type: 'pkcs8' })),
    digests: keyedDigests(Buffer.from(digests, 'base64')),
  }
}
