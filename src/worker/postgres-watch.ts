import { pause } from '../pause.js'
import { WatchedConnection, lookAnew, type Server } from './watched-connection.js'

// Postgres restarts in less than this; a worker that is cut off for longer holds up what another could do.
const lostAfterMs = 4_000
const askEveryMs = 1_000
// One new connection finds what every new one will find; the open ones stay where they are.
const lookEveryMs = 5_000

/** Why Postgres is of no use to this process. */
export type Loss =
  /** It does not answer. */
  | { kind: 'silent' }
  /** It answers and takes no writes: a standby, or a primary that was set so. */
  | { kind: 'readOnly'; isStandby: boolean }
  /** New connections reach another server than those that are open. */
  | { kind: 'moved' }

/**
 * Resolves when Postgres does not answer for a while, takes no writes, or is another server than it was, over a
 * connection of its own and now and then a new one; with undefined when `signal` aborts.
 */
export async function untilPostgresIsLost(
  databaseUrl: string,
  signal: AbortSignal,
): Promise<Loss | undefined> {
  const line = new WatchedConnection(databaseUrl)
  try {
    let home: Server | undefined
    let lookedMs = performance.now()
    let answeredMs = performance.now()
    let silences = 0
    // More than once: a process that was stopped for a while finds its question late, and its next one answered.
    while (silences < 2 || performance.now() - answeredMs < lostAfterMs) {
      const isLook = performance.now() - lookedMs >= lookEveryMs
      const answer = isLook ? await lookAnew(databaseUrl) : await line.ask()
      if (isLook) lookedMs = performance.now()
      if (answer.kind === 'silent') silences += 1
      else {
        answeredMs = performance.now()
        silences = 0
        if (answer.kind === 'readOnly') return { kind: 'readOnly', isStandby: answer.isStandby }
        if (home && (await isElsewhere(answer.server, { home, line }))) return { kind: 'moved' }
        home = answer.server
      }
      if (signal.aborted) return undefined
      await pause(askEveryMs, signal)
    }
    return { kind: 'silent' }
  } finally {
    line.drop()
  }
}

/**
 * A server that was restarted is not elsewhere: it took every open connection with it. Two servers may think that they
 * have the same address, each in its own network.
 */
async function isElsewhere(
  found: Server,
  { home, line }: { home: Server; line: WatchedConnection },
): Promise<boolean> {
  // To the microsecond: no other server has it, and one server may have several addresses.
  if (found.startedAt === home.startedAt) return false
  if (found.address !== home.address) return true
  const standing = await line.ask()
  return standing.kind !== 'silent' && standing.server.startedAt === home.startedAt
}

/** Resolves when Postgres answers a new connection and takes writes; or with `signal`. */
export async function untilPostgresIsBack(databaseUrl: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await lookAnew(databaseUrl)).kind !== 'writable') await pause(askEveryMs, signal)
}
