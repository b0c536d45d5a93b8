import { setTimeout as delay } from 'node:timers/promises'
import { captureRejectionSymbol, EventEmitter } from 'node:events'
import type { Agent as HttpsAgent } from 'node:https'
import type { Logger } from 'pino'
import { openAuthState, type AuthState } from './auth-state.js'
import { makeWASocket, type SocketConfig, type WASocket } from './baileys.js'
import { downloads, proxyOf, type Proxy } from './proxy-agent.js'
import { classifyDisconnect, errorFields } from './errors.js'
import { GatewayFailure, type Disconnect, type SessionOptions } from './gateway.js'
import { withSharedStorage } from './shared-storage.js'
import { silentLogger } from './silent-logger.js'
import { followWire, type Wire } from './wire.js'

/** One socket from its start to its end, whatever it is used for. */
export type Connection = {
  socket: WASocket
  auth: AuthState
  wire: Wire
  /** By way of which it goes, where the account has one. */
  proxy: Proxy | undefined
  logger: Logger
  /** Why it ended; undefined while it lives. */
  ended(): Disconnect | undefined
  /** Calls at the moment it ends, or at once; returns what stops that. A promise would keep every listener for good. */
  onEnd(listener: (reason: Disconnect) => void): () => void
  /** Resolves when it has ended and nothing of it writes to Postgres any more. */
  closed: Promise<Disconnect>
  /** Keeps the keys writable after the end until this has settled, within reason. */
  keepKeysFor(work: Promise<unknown>): void
  inBackground(work: Promise<unknown>): void
  close(reason?: Disconnect): Promise<void>
}

// A relay whose query was cut off hangs in Baileys until its own time-out; one that was just written commits at once.
const settleMs = 2_000

// One that is asked while a message is relayed holds every send of the account: see devices/ahead.ts.
const queryTimeoutMs = 30_000

// Baileys' one limit for connecting and for each write, which fails at a line so slow that a large message takes longer.
const writeTimeoutMs = 120_000
// So long for the connection, and for the first answer on it: what Baileys gives each by default.
const connectStepMs = 20_000

type Hooks = Pick<SocketConfig, 'getMessage' | 'cachedGroupMetadata' | 'userDevicesCache' | 'browser'> &
  Partial<
    Pick<
      SocketConfig,
      'makeSignalRepository' | 'msgRetryCounterCache' | 'enableRecentMessageCache' | 'keepAliveIntervalMs'
    >
  >

/** @throws GatewayFailure `Fenced`; EncryptionKeyError */
export async function connect(options: SessionOptions, hooks: Hooks): Promise<Connection> {
  const { logger } = options
  let ended: Disconnect | undefined
  const endListeners = new Set<(reason: Disconnect) => void>()
  const keptFor = new Set<Promise<unknown>>()

  const finish = (reason: Disconnect): void => {
    if (ended !== undefined) return
    ended = reason
    logger.info({ failure: reason.failure, code: reason.code }, 'session closed')
    for (const listener of endListeners) listener(reason)
    endListeners.clear()
  }

  const onEnd: Connection['onEnd'] = (listener) => {
    if (ended === undefined) endListeners.add(listener)
    else listener(ended)
    return () => endListeners.delete(listener)
  }

  const auth = await openAuthState(options, (failure) => {
    logger.warn(errorFields(failure.cause ?? failure), 'keys could not be stored')
    inBackground(close({ failure: failure.failure, code: undefined }))
  })
  const proxy =
    options.proxy === undefined ? undefined : proxyOf(options.proxy, { ca: options.fetchAgent?.options.ca })
  const socket = makeSocket(options, hooks, { auth, proxy }, logger)
  const wire = followWire(socket)
  let isConnecting = true
  const tooLate = (): void => inBackground(close({ failure: 'ConnectionLost', code: undefined }))
  let step = setTimeout(tooLate, connectStepMs)
  socket.ws.once('open', () => {
    clearTimeout(step)
    if (ended === undefined) step = setTimeout(tooLate, connectStepMs)
  })
  socket.ws.once('frame', () => {
    isConnecting = false
    clearTimeout(step)
  })
  onEnd(() => clearTimeout(step))

  socket.ev.on('creds.update', () => auth.saveCreds())
  socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
    if (connection === 'close') finish(classifyDisconnect(lastDisconnect?.error))
  })

  const closed = new Promise<Disconnect>((resolve) => void onEnd(resolve)).then(async (reason) => {
    await Promise.race([lastKeys(), delay(settleMs, undefined, { ref: false })])
    auth.seal()
    return reason
  })

  async function lastKeys(): Promise<void> {
    while (keptFor.size > 0) await Promise.allSettled(keptFor)
    await auth.flush()
  }

  function inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => logger.warn(errorFields(error), 'something in the background failed'))
  }

  async function close(reason: Disconnect = { failure: 'ClosedByUs', code: undefined }): Promise<void> {
    finish(reason)
    // Baileys waits for the first answer until its own limit, whoever ends the socket, unless the socket breaks.
    if (isConnecting) socket.ws.emit('error', new Error('given up'))
    inBackground(socket.end(undefined)) // waits for the far end's closing frame, which may never come
    await closed
  }

  return {
    socket,
    auth,
    wire,
    proxy,
    logger,
    ended: () => ended,
    onEnd,
    closed,
    keepKeysFor(work) {
      keptFor.add(work)
      const drop = (): void => {
        keptFor.delete(work)
      }
      work.then(drop, drop)
    },
    inBackground,
    close,
  }
}

function makeSocket(
  options: SessionOptions,
  hooks: Hooks,
  { auth, proxy }: { auth: AuthState; proxy: Proxy | undefined },
  logger: Logger,
): WASocket {
  // Baileys listens to its own sockets with async functions that nobody awaits: what they throw when a socket breaks
  // would end the process as an unhandled rejection. Emitters made within this synchronous call hand it to us.
  const before = EventEmitter.captureRejections
  EventEmitter.captureRejections = true
  let socket: WASocket
  try {
    socket = withSharedStorage(() =>
      makeWASocket({
        auth,
        logger: silentLogger,
        emitOwnEvents: false, // else a refusal is merged away
        syncFullHistory: false,
        // Baileys would hold all of it in memory, and sync the settings of the phone: history/ takes what is needed.
        shouldSyncHistoryMessage: () => false,
        markOnlineOnConnect: false, // else the phone stops notifying its owner
        defaultQueryTimeoutMs: queryTimeoutMs,
        connectTimeoutMs: writeTimeoutMs,
        // A failed commit ends the session: to retry it here would hold every send behind it.
        transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
        ...(options.whatsappUrl === undefined ? {} : { waWebSocketUrl: options.whatsappUrl }),
        ...(options.version === undefined ? {} : { version: options.version }),
        ...(options.qrTimeoutMs === undefined ? {} : { qrTimeout: options.qrTimeoutMs }),
        ...(proxy === undefined ? {} : byWayOf(proxy)),
        ...hooks,
      }),
    )
  } finally {
    EventEmitter.captureRejections = before
  }
  const onRejection = (error: unknown): void =>
    logger.warn(errorFields(error), 'a listener of Baileys failed')
  Object.defineProperty(socket.ws, captureRejectionSymbol, { value: onRejection })
  // The buffer hides its emitter; a captured rejection arrives there as this event.
  socket.ev.on('error' as never, onRejection)
  return socket
}

/**
 * Baileys takes one agent for the socket, another for uploads, and neither for downloads. We upload and download ourselves, and
 * these keep what it might do by itself from going around the proxy.
 */
function byWayOf({ agent }: Proxy): Pick<SocketConfig, 'agent' | 'fetchAgent' | 'options'> {
  return {
    agent: agent as HttpsAgent,
    fetchAgent: agent as HttpsAgent,
    options: { dispatcher: downloads(agent) } as unknown as SocketConfig['options'],
  }
}

/**
 * Resolves when the session can send: logged in, and the messages of the time offline handed over (or, if those are
 * many, not for long).
 * @throws GatewayFailure
 */
export async function untilOpen(connection: Connection, options: SessionOptions): Promise<void> {
  const { signal, openTimeoutMs = 60_000 } = options
  const timers: NodeJS.Timeout[] = []
  const opened = new Promise<'open'>((resolve) => {
    let online = false
    let caughtUp = false
    connection.socket.ev.on('connection.update', (update) => {
      online ||= update.connection === 'open'
      caughtUp ||= update.receivedPendingNotifications === true
      if (online && caughtUp) resolve('open')
      else if (online) timers.push(setTimeout(() => resolve('open'), catchUpMs))
    })
  })
  const late = new Promise<'late'>((resolve) => {
    timers.push(setTimeout(() => resolve('late'), openTimeoutMs))
  })
  let abort: () => void = () => undefined
  const aborted = new Promise<'aborted'>((resolve) => {
    abort = () => resolve('aborted')
    if (signal?.aborted === true) abort()
    signal?.addEventListener('abort', abort)
  })
  const result = await Promise.race([opened, connection.closed, late, aborted])
  for (const timer of timers) clearTimeout(timer)
  signal?.removeEventListener('abort', abort)
  if (result === 'open') return
  if (typeof result === 'object') throw failureOf(result)
  await connection.close({ failure: 'ConnectionLost', code: undefined })
  throw new GatewayFailure('ConnectionLost', undefined, { cause: signal?.reason })
}

const catchUpMs = 10_000

/** The failure that an ended connection means to those who still want something of it. */
export function failureOf({ failure, code, until, subCode }: Disconnect): GatewayFailure {
  // Neither is a failure of the account: the next connection is expected to work.
  const again = failure === 'RestartRequired' || failure === 'ClosedByUs'
  return new GatewayFailure(again ? 'ConnectionLost' : failure, code, { until, subCode })
}
