/**
 * libsignal prints whole sessions, private keys included, through console.info and console.warn
 * ("Closing session: SessionEntry …"). Import this before anything that loads libsignal.
 */
const nothing = () => undefined
Object.assign(console, { info: nothing, warn: nothing })

type Log = (fields: unknown, message?: string) => void

/** Baileys wants a logger; what the simulator has to say goes through its own records instead. */
export type SilentLogger = {
  level: string
  child: (bindings: Record<string, unknown>) => SilentLogger
  trace: Log
  debug: Log
  info: Log
  warn: Log
  error: Log
}

export const silentLogger: SilentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
}
