import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { handlerPattern } from '../domain/telegram.js'
import { ConfigError } from '../settings/config-error.js'
import type { TelegramHandler } from './handler.js'

/** The handlers of bots by name. */
export type HandlerRegistry = ReadonlyMap<string, TelegramHandler>

/**
 * Ours, and those of a module that the settings name: its export `handlers` is an object of functions.
 * @throws ConfigError
 */
export async function loadHandlers(
  ours: Readonly<Record<string, TelegramHandler>>,
  path: string | undefined,
): Promise<HandlerRegistry> {
  const registry = new Map(Object.entries(ours))
  if (path === undefined) return registry
  for (const [name, handler] of Object.entries(await handlersIn(path))) {
    if (!handlerPattern.test(name))
      throw bad(path, `the name of a handler may have a–z, 0–9 and -, 40 at most, got '${name}'`)
    if (registry.has(name)) throw bad(path, `there is a handler '${name}' already`)
    if (typeof handler !== 'function') throw bad(path, `the handler '${name}' is no function`)
    registry.set(name, handler as TelegramHandler)
  }
  return registry
}

async function handlersIn(path: string): Promise<object> {
  let loaded: unknown
  try {
    loaded = await import(path.startsWith('data:') ? path : pathToFileURL(resolve(path)).href)
  } catch (error) {
    throw bad(path, `it cannot be loaded (${error instanceof Error ? error.message : 'no error'})`)
  }
  const handlers: unknown = typeof loaded === 'object' && loaded !== null && Reflect.get(loaded, 'handlers')
  if (typeof handlers === 'object' && handlers !== null) return handlers
  throw bad(path, 'expected a module that exports `handlers`, an object of functions by name')
}

function bad(path: string, what: string): ConfigError {
  return new ConfigError(`CARILLON_TELEGRAM_HANDLERS: ${what}: '${path}'`)
}
