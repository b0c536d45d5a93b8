import { randomBytes } from 'node:crypto'
import type { Queryable } from '../database.js'
import { IndexKey, indexSecretBytes } from './index-key.js'
import { EncryptionKeyError, isSealed, type Context, type KeyRing } from './key-ring.js'
import type { Sealing } from './sealing.js'

export const indexSecretContext: Context = ['', 'index-secret', 'secret']
const names = { what: 'The index secret' }

/**
 * Reads the installation's secret, or makes it where there is none yet: then nothing is stored that would need it. Before the
 * migration that has the table there is nothing to read.
 */
export async function readIndexSecret(db: Queryable, sealing: Sealing): Promise<void> {
  const { rows } = await db.query<{ found: boolean }>(
    `select to_regclass('index_secret') is not null as found`,
  )
  if (rows[0]?.found !== true) return
  const stored = await newestSecret(db)
  if (stored !== undefined) return take(stored)
  // Others may do the same at this moment: all take the first.
  await db.query(
    `insert into index_secret (secret, had_content, numbers_hidden_at)
     select $1, found.had_content, case when not found.had_content then now() end
     from (select exists (select from account) or exists (select from definition) or exists (select from media) as had_content) found
     where not exists (select from index_secret) on conflict do nothing`,
    [newSecret(sealing.ring)],
  )
  const made = await newestSecret(db)
  if (made !== undefined) take(made)

  function take({ secret, hadContent }: { secret: Buffer; hadContent: boolean }): void {
    sealing.hadContent = hadContent
    sealing.index = opened(sealing.ring, secret)
  }
}

/** A secret that was made before there was a key is put under it: what was made with it needs no change. Returns whether. */
export async function sealSecretAnew(db: Queryable, ring: KeyRing): Promise<boolean> {
  const stored = await newestSecret(db)
  if (stored === undefined || ring.current === undefined || isSealed(stored.secret)) return false
  const secret = ring.open(stored.secret, indexSecretContext, names)
  await db.query('update index_secret set secret = $1 where secret = $2', [
    ring.seal(secret, indexSecretContext),
    stored.secret,
  ])
  return true
}

export function newSecret(ring: KeyRing): Buffer {
  return ring.seal(randomBytes(indexSecretBytes), indexSecretContext)
}

async function newestSecret(db: Queryable): Promise<{ secret: Buffer; hadContent: boolean } | undefined> {
  const { rows } = await db.query<{ secret: Buffer; hadContent: boolean }>(
    `select secret, had_content as "hadContent" from index_secret where replaced_at is null`,
  )
  return rows[0]
}

/** Whatever is asked of it later is answered with the error: a doctor may look at all that needs no secret. */
function opened(ring: KeyRing, stored: Buffer): IndexKey | EncryptionKeyError {
  try {
    return new IndexKey(ring.open(stored, indexSecretContext, names))
  } catch (error) {
    if (error instanceof EncryptionKeyError) return error
    throw error
  }
}
