/** A phone's libsignal state, and what changed in it since it was last written down. */
import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from '@whiskeysockets/baileys'
import type { PhoneKeys } from '../phone-keys.js'

type Type = keyof SignalDataTypeMap
type Value = SignalDataTypeMap[Type]
export type KeyChanges = { [type: string]: { [id: string]: Value | null } }

export class PhoneKeyStore implements SignalKeyStore {
  readonly #values = new Map<string, Map<string, Value | null>>()
  readonly #keys: PhoneKeys
  #changes: KeyChanges = {}

  constructor(keys: PhoneKeys) {
    this.#keys = keys
  }

  async get<T extends Type>(type: T, ids: string[]): Promise<{ [id: string]: SignalDataTypeMap[T] }> {
    const found: { [id: string]: SignalDataTypeMap[T] } = {}
    for (const id of ids) {
      const value = this.#values.get(type)?.get(id) ?? (type === 'pre-key' ? this.#unused(id) : undefined)
      if (value !== undefined && value !== null) found[id] = value as SignalDataTypeMap[T]
    }
    return found
  }

  async set(data: SignalDataSet): Promise<void> {
    const changes = data as KeyChanges
    this.restore(changes)
    for (const [type, entries] of Object.entries(changes))
      this.#changes[type] = { ...this.#changes[type], ...entries }
  }

  restore(changes: KeyChanges): void {
    for (const [type, entries] of Object.entries(changes)) {
      const values = this.#values.get(type) ?? new Map<string, Value | null>()
      this.#values.set(type, values)
      for (const [id, value] of Object.entries(entries)) {
        // A used prekey stays known as used: it could be derived again.
        if (value === null && type !== 'pre-key') values.delete(id)
        else values.set(id, value)
      }
    }
  }

  takeChanges(): KeyChanges | undefined {
    const changes = this.#changes
    this.#changes = {}
    return Object.keys(changes).length > 0 ? changes : undefined
  }

  snapshot(): KeyChanges {
    return Object.fromEntries([...this.#values].map(([type, values]) => [type, Object.fromEntries(values)]))
  }

  #unused(id: string): Value | undefined {
    return this.#values.get('pre-key')?.has(id) ? undefined : this.#keys.preKey(Number(id))
  }
}
