import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

/** The stores of all that run in a context, by whose they are. */
const shared = new AsyncLocalStorage<ReadonlyMap<object, unknown>>()

/** What Baileys uses of Node's AsyncLocalStorage. All of them are one of Node's. */
class SharedStorage<Store> {
  run<Args extends unknown[], R>(store: Store, work: (...args: Args) => R, ...args: Args): R {
    return shared.run(new Map(shared.getStore()).set(this, store), work, ...args)
  }

  getStore(): Store | undefined {
    return shared.getStore()?.get(this) as Store | undefined
  }
}

/**
 * Lets `make` construct its AsyncLocalStorages as parts of one. Baileys makes one for each socket and never disables it.
 * Node before 24 then writes a property for each to every promise and timer of the process, until it ends: Baileys
 * #2806, docs/decisions/0043.
 * @param make synchronous: nothing else is constructed meanwhile
 */
export function withSharedStorage<T>(make: () => T): T {
  const original = Object.getOwnPropertyDescriptor(asyncHooks, 'AsyncLocalStorage')
  if (original === undefined) throw new Error('node:async_hooks has no AsyncLocalStorage')
  const replace = (descriptor: PropertyDescriptor): void => {
    Object.defineProperty(asyncHooks, 'AsyncLocalStorage', descriptor)
    syncBuiltinESMExports()
  }
  replace({ value: SharedStorage, configurable: true, enumerable: true, writable: true })
  try {
    return make()
  } finally {
    replace(original)
  }
}
