import { sealedMetadata } from '../accounts/groups.js'
import type { Sealing } from '../encryption/sealing.js'
import { resealedBody } from '../reminders/definitions.js'
import type { SealedForm } from './columns.js'

/** A value as it is stored: the bytes of a column of bytes, or the text of another one. */
export type StoredValue = { form: SealedForm; stored: Buffer; keys: string[]; isSealed: boolean }

/**
 * The same under the current key, sealed where it was in clear. Undefined where there is nothing to do.
 * @throws EncryptionKeyError for what no key of the ring opens
 */
export function renewed(sealing: Sealing, { form, stored, keys, isSealed }: StoredValue): Buffer | undefined {
  if (typeof form === 'function') {
    const { ring } = sealing
    const context = form(keys)
    if (!isSealed) return ring.seal(stored, context)
    // A secret that was taken away leaves nothing.
    if (stored.length === 0 || ring.isCurrent(stored)) return undefined
    return ring.seal(ring.open(stored, context), context)
  }
  const before = stored.toString()
  const after = renewedText(sealing, form, before)
  return after === undefined || after === before ? undefined : Buffer.from(after)
}

function renewedText(
  sealing: Sealing,
  form: Exclude<SealedForm, (keys: string[]) => unknown>,
  stored: string,
): string | undefined {
  switch (form) {
    case 'words':
      return sealing.hasWords(stored) ? sealing.rotated(stored) : sealing.words(stored)
    case 'reason':
      return sealing.hasWords(stored) ? sealing.rotated(stored) : sealing.reason(stored)
    case 'definition':
      return resealedBody(sealing, stored)
    case 'metadata':
      return sealing.hasWords(stored)
        ? sealing.rotated(stored)
        : JSON.stringify(sealedMetadata(sealing, JSON.parse(stored) as object))
  }
}
