import { clearAuthKeys, holdsEpoch, readAuthKeys, writeAuthKeys, type AuthKey } from '../store/auth-keys.js'
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
import { EncryptionKeyError, type Cipher } from './cipher.js'
import { GatewayFailure } from './gateway.js'

export type AuthOptions = { accountId: string; epoch: number; database: Queryable; cipher: Cipher }

export type AuthState = AuthenticationState & {
  /** Writes the creds as they are now, after every write that was asked for before. */
  saveCreds(): void
  /** Resolves when nothing is being written any more. */
  flush(): Promise<void>
  /** Refuses every later write: a straggler of a closed socket must not write over the keys of the next one. */
  seal(): void
}

/**
 * The auth state of one session, in Postgres. There is no cache above it: Baileys changes the objects it is given
 * (`sender-key-memory`) before it commits them, so a cache of objects would keep what a failed send has changed.
 *
 * @param onWriteFailed called once: the keys in Postgres are behind those in use from then on, so the session must end.
 * @throws GatewayFailure `Fenced` when the account has another epoch; EncryptionKeyError
 */
export async function openAuthState(
  options: AuthOptions,
  onWriteFailed: (failure: GatewayFailure) => void,
): Promise<AuthState> {
  const { accountId, epoch, database, cipher } = options
  if (!(await holdsEpoch(database, accountId, epoch))) throw new GatewayFailure('Fenced', undefined)

  let failed: GatewayFailure | undefined
  let lastWrite: Promise<void> = Promise.resolve()

  const seal = (category: string, id: string, value: unknown): AuthKey => {
    const plain = Buffer.from(JSON.stringify(value, BufferJSON.replacer))
    return { category, id, value: cipher.seal({ accountId, category, id }, plain) }
  }

  const read = async (category: string, ids: readonly string[]): Promise<Map<string, unknown>> => {
    const values = new Map<string, unknown>()
    for (const [id, value] of await readAuthKeys(database, accountId, category, ids)) {
      const plain = cipher.open({ accountId, category, id }, value)
      values.set(id, JSON.parse(plain.toString(), BufferJSON.reviver))
    }
    return values
  }

  // One at a time and in the order of the calls: over a pool, two statements may overtake each other.
  const write = (written: AuthKey[], removed: { category: string; id: string }[]): Promise<void> => {
    const before = lastWrite
    const mine = (async () => {
      await before
      if (failed !== undefined) throw failed
      try {
        if (await writeAuthKeys(database, { accountId, epoch, written, removed })) return
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
        const written: AuthKey[] = []
        const removed: { category: string; id: string }[] = []
        for (const [category, values] of Object.entries(data))
          for (const [id, value] of Object.entries(values ?? {}))
            if (value === null || value === undefined) removed.push({ category, id })
            else written.push(seal(category, id, value))
        if (written.length + removed.length > 0) await write(written, removed)
      },
    },
    saveCreds() {
      // Serialised now, so that a later change can't slip into an earlier save. A failure is told by onWriteFailed.
      write([seal('creds', 'creds', creds)], []).catch(() => undefined)
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

/** Whether what the account is known to WhatsApp by can be read with this key; also where there is nothing yet. */
export async function areCredsReadable({
  accountId,
  database,
  cipher,
}: Omit<AuthOptions, 'epoch'>): Promise<boolean> {
  const values = await readAuthKeys(database, accountId, 'creds', ['creds'])
  try {
    for (const [id, value] of values) cipher.open({ accountId, category: 'creds', id }, value)
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
