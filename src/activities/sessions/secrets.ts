import { findPairingRequest } from '../../store/accounts/pairing.js'
import { findProxy, proxySecretPlace } from '../../store/accounts/proxy.js'
import { areCredsReadable } from '../../whatsapp/auth-state.js'
import { EncryptionKeyError } from '../../store/encryption/key-ring.js'
import { openAt } from '../../store/encryption/place.js'
import type { SessionContext } from './context.js'

export type ReadProxy = { url: string; place: string }

/** Whether this process has the key to the account's creds, or is asked to make new ones. */
export async function mayRead({ database, ring }: SessionContext, accountId: string): Promise<boolean> {
  if (await areCredsReadable({ accountId, database, ring })) return true
  return (await findPairingRequest(database, accountId)) !== undefined
}

/** By way of which the account goes. One that can't be read is not gone around. */
export async function proxyOf(
  { database, ring }: SessionContext,
  accountId: string,
): Promise<ReadProxy | 'unreadable' | undefined> {
  const stored = await findProxy(database, accountId)
  if (stored === undefined) return undefined
  try {
    const url = openAt(ring, proxySecretPlace(accountId), stored.sealed).toString()
    return { url, place: stored.place }
  } catch (error) {
    if (error instanceof EncryptionKeyError) return 'unreadable'
    throw error
  }
}
