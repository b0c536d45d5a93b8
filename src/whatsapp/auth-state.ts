import {
  clearAuthKeys,
  isCurrentEpoch,
  readAuthKeys,
  writeAuthKeys,
  type AuthKey,
} from '../store/accounts/auth-keys.js'
import type { Queryable } from '../store/database.js'
import {
  BufferJSON,
  initAuthCreds,
  proto,
  type AuthenticationCreds,
  type AuthenticationState,
  type SignalDataSet,
  type SignalDataTypeMap,
} from './baileys.js'
import { EncryptionKeyError, type KeyRing } from '../store/encryption/key-ring.js'
import { openAt, sealAt, type Place } from '../store/encryption/place.js'
import { GatewayFailure } from './gateway.js'
import { keyCache } from './key-cache.js'

export type AuthOptions = { accountId: string; epoch: number; database: Queryable; ring: KeyRing }

export type AuthState = AuthenticationState & {
  /** Writes the creds as they are now, after every write that was asked for before. */
  saveCreds(): void
  /** Resolves when nothing is being written any more. */
  flush(): Promise<void>
  /** Refuses every later write: a straggler of a closed socket must not write over the keys of the next one. */
  seal(): void
}

/**
 * The auth state of one session, in Postgres, with a cache of what is there: Baileys asks for the same keys for every
 * message.
 *
 * @param onWriteFailed called once: the keys in Postgres are behind those in use from then on, so the session must end.
 * @throws GatewayFailure `Fenced` when the account has another epoch; EncryptionKeyError
 */
export async function openAuthState(
  options: AuthOptions,
  onWriteFailed: (failure: GatewayFailure) => void,
): Promise<AuthState> {
  const { accountId, epoch, database, ring } = options
  if (!(await isCurrentEpoch(database, accountId, epoch))) throw new GatewayFailure('Fenced', undefined)

  let failed: GatewayFailure | undefined
  let lastWrite: Promise<void> = Promise.resolve()

  const cache = keyCache()

  const seal = ({ category, id, json }: Change & { json: string }): AuthKey => ({
    category,
    id,
    value: sealAt(ring, keyPlace(accountId, category, id), Buffer.from(json)),
  })

  const read = async (category: string, ids: readonly string[]): Promise<Map<string, unknown>> => {
    const { known, unknown } = cache.look(category, ids)
    if (unknown.length > 0) {
      const keep = cache.reading(category)
      const found = await readAuthKeys(database, accountId, category, unknown)
      const answers = new Map<string, string | null>()
      for (const id of unknown) {
        const value = found.get(id)
        const json =
          value === undefined ? null : openAt(ring, keyPlace(accountId, category, id), value).toString()
        answers.set(id, json)
        known.set(id, json)
      }
      keep(answers)
    }
    const values = new Map<string, unknown>()
    for (const [id, json] of known) if (json !== null) values.set(id, JSON.parse(json, BufferJSON.reviver))
    return values
  }

  // One at a time and in the order of the calls: over a pool, two statements may overtake each other.
  const write = (changes: readonly Change[]): Promise<void> => {
    const written = changes.flatMap(({ json, ...key }) => (json === null ? [] : [seal({ ...key, json })]))
    const removed = changes.filter(({ json }) => json === null).map(({ category, id }) => ({ category, id }))
    const before = lastWrite
    const mine = (async () => {
      await before
      if (failed !== undefined) throw failed
      cache.writes()
      try {
        if (await writeAuthKeys(database, { accountId, epoch, written, removed })) {
          cache.wrote(changes)
          return
        }
        failed = new GatewayFailure('Fenced', undefined)
      } catch (error) {
        failed = new GatewayFailure('ConnectionLost', undefined, { cause: error })
      }
      onWriteFailed(failed)
      throw failed
    })()
    lastWrite = mine.catch(() => undefined)
    return mine
  }

  const creds = ((await read('creds', ['creds'])).get('creds') ?? initAuthCreds()) as AuthenticationCreds

  return {
    creds,
    keys: {
      get: async <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
        const values: Record<string, SignalDataTypeMap[T]> = {}
        for (const [id, value] of await read(type, ids))
          values[id] = (
            type === 'app-state-sync-key'
              ? proto.Message.AppStateSyncKeyData.fromObject(value as object)
              : value
          ) as SignalDataTypeMap[T]
        return values
      },
      set: async (data: SignalDataSet) => {
        const changes = Object.entries(data).flatMap(([category, values]) =>
          Object.entries(values ?? {}).map(([id, value]): Change => ({ category, id, json: spell(value) })),
        )
        if (changes.length > 0) await write(changes)
      },
    },
    saveCreds() {
      // Serialised now, so that a later change can't slip into an earlier save. A failure is told by onWriteFailed.
      write([{ category: 'creds', id: 'creds', json: spell(creds) }]).catch(() => undefined)
    },
    flush: async () => {
      let seen: Promise<void> | undefined
      while (seen !== lastWrite) {
        seen = lastWrite
        await seen
      }
    },
    seal() {
      failed ??= new GatewayFailure('ConnectionLost', undefined)
    },
  }
}

/** Of one key of an account. */
export function keyPlace(accountId: string, category: string, id: string): Place {
  return { context: [accountId, category, id], what: `A key of the account ${accountId}` }
}

type Change = { category: string; id: string; json: string | null }

function spell(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value, BufferJSON.replacer)
}

/** Whether what the account is known to WhatsApp by can be read with this key; also where there is nothing yet. */
export async function areCredsReadable({
  accountId,
  database,
  ring,
}: Omit<AuthOptions, 'epoch'>): Promise<boolean> {
  const values = await readAuthKeys(database, accountId, 'creds', ['creds'])
  try {
    for (const [id, value] of values) openAt(ring, keyPlace(accountId, 'creds', id), value)
    return true
  } catch (error) {
    if (error instanceof EncryptionKeyError) return false
    throw error
  }
}

/** Whether a phone has linked these creds. `registered` does not tell: pairing by QR never sets it (rc14). */
export function isLinked(creds: AuthenticationCreds): boolean {
  return creds.account !== undefined && creds.me !== undefined
}

/** @throws GatewayFailure `Fenced` */
export async function clearAuthState({ database, accountId, epoch }: AuthOptions): Promise<void> {
  if (!(await clearAuthKeys(database, accountId, epoch))) throw new GatewayFailure('Fenced', undefined)
}
