import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultDeviceName, systemForCode } from '../domain/accounts/device-name.js'
import { failureKinds } from '../domain/failures.js'
import { forgetGroupsRead } from '../store/accounts/groups.js'
import { areCredsReadable, clearAuthState, isLinked, openAuthState } from './auth-state.js'
import { getBinaryNodeChild, S_WHATSAPP_NET, type BinaryNode } from './baileys.js'
import { connect, failureOf, type Connection } from './connection.js'
import { GatewayFailure, type Disconnect, type PairingOptions, type Session } from './gateway.js'
import { browserOf, openSession } from './session.js'

/**
 * Links the device and opens its session. A device that is linked already, for instance by a pairing that was cut off
 * just before its end, is not linked again, unless WhatsApp says that it was logged out. What was stored under a key that
 * is lost makes way: who asks for the link knows that it is of no use.
 * @throws GatewayFailure: `PairingExpired`, `PairingRefused`, `PasskeyAsked` and `PairedOtherNumber` are ends of the pairing
 *   alone
 */
export async function pairSession(options: PairingOptions): Promise<Session> {
  if (await isLinkedAlready(options))
    try {
      return await openSession(options)
    } catch (error) {
      if (!(error instanceof GatewayFailure && error.failure === 'AccountLoggedOut')) throw error
    }
  // Also what an abandoned attempt left: `requestPairingCode` sets `creds.me` at once, and creds with `me` log in
  // instead of registering.
  await clearAuthState(options)
  await forgetGroupsRead(options.database, options.accountId, options.epoch)
  await link(options)
  const session = await openLinked(options)
  if (options.expectedJid === undefined || options.expectedJid === session.jid) return session
  await session.unlink()
  await clearAuthState(options)
  throw new GatewayFailure('PairedOtherNumber', undefined)
}

async function isLinkedAlready(options: PairingOptions): Promise<boolean> {
  if (!(await areCredsReadable(options))) return false
  const auth = await openAuthState(options, () => undefined)
  auth.seal()
  return isLinked(auth.creds)
}

/** WhatsApp may take the device back as soon as it was linked. */
async function openLinked(options: PairingOptions): Promise<Session> {
  try {
    return await openSession(options)
  } catch (error) {
    if (error instanceof GatewayFailure && error.failure === 'AccountLoggedOut')
      throw new GatewayFailure('PairingRefused', error.code, { cause: error })
    throw error
  }
}

// Where WhatsApp ends a socket without a word, the next one is not asked for at once.
const betweenSocketsMs = 1_000

/**
 * Shows codes until the phone has used one. A socket has QR codes for 160 s; the next one brings more. A pairing code is
 * asked for once: WhatsApp goes by the number, and a second one would break the first.
 */
async function link(options: PairingOptions): Promise<void> {
  const endMs = performance.now() + options.forMs
  let wasShown = false // by any of the sockets: the last one may have had no time for it
  for (;;) {
    const attempt = await linkOnce(options, Math.max(1, endMs - performance.now()))
    wasShown ||= attempt.wasShown
    if (attempt.reason.failure === 'RestartRequired') return
    if (attempt.refusal !== undefined) throw attempt.refusal
    if (options.signal?.aborted === true) throw failureOf(attempt.reason)
    const isOver = performance.now() >= endMs
    if (isOver && wasShown) throw new GatewayFailure('PairingExpired', undefined)
    const failure = refusalOf(attempt.reason)
    if (failureKinds[failure.failure] !== 'retry' || !attempt.wasShown) throw failure
    if (options.method.kind === 'code') throw new GatewayFailure('PairingExpired', failure.code)
    await delay(betweenSocketsMs, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

/** Nothing is linked yet, so nothing can be logged out. */
function refusalOf(reason: Disconnect): GatewayFailure {
  const failure = failureOf(reason)
  if (failure.failure !== 'AccountLoggedOut') return failure
  return new GatewayFailure('PairingRefused', failure.code, { cause: failure })
}

type Attempt = {
  reason: Disconnect
  /** What WhatsApp said of it beside the end of the socket. */
  refusal?: unknown
  /** A code was shown. */
  wasShown: boolean
}

// Longer than a pairing code lives (180 s), so that Baileys does not end the socket under it.
const qrTimeoutMsForCode = 60_000

/** One socket, until the phone has answered a code (the server asks for a restart then, 515), or it is over. */
async function linkOnce(options: PairingOptions, forMs: number): Promise<Attempt> {
  const browser = browserOf(options)
  const hooks = {
    browser,
    getMessage: () => Promise.resolve(undefined),
    cachedGroupMetadata: () => Promise.resolve(undefined),
  }
  const isByCode = options.method.kind === 'code'
  const connection = await connect(
    isByCode ? { ...options, qrTimeoutMs: qrTimeoutMsForCode } : options,
    hooks,
  )
  const end = (): void => connection.inBackground(connection.close())
  if (options.signal?.aborted === true) end()
  options.signal?.addEventListener('abort', end, { once: true })
  const timer = setTimeout(end, forMs)

  let wasShown = false
  let refusal: unknown
  const show = (challenge: string): void => {
    wasShown = true
    options.onChallenge({ method: options.method.kind, challenge })
  }
  const refuse = (why: unknown): void => {
    refusal ??= why
    end()
  }
  const secret = followSecret(connection, { isByCode, show })
  connection.socket.ws.on('CB:notification,type:passkey_prologue_request', () =>
    refuse(new GatewayFailure('PasskeyAsked', undefined)),
  )
  connection.socket.ev.on('connection.update', ({ qr }) => {
    if (qr === undefined) return
    const { method } = options
    if (method.kind === 'qr') return show(secret.qr(qr))
    // The first QR is the sign that the server waits for a phone; a code that is asked for earlier leads nowhere.
    if (secret.isFirst(qr))
      requestCode(connection, browser, { ...options, phoneNumber: method.phoneNumber }).then(show, refuse)
  })
  try {
    const reason = await connection.closed
    return { reason, wasShown, ...(refusal !== undefined && { refusal }) }
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', end)
  }
}

const secretBytes = 32
/** The parts of a QR code: reference, noise key, identity key, secret, platform. */
const secretPart = 3

/**
 * The secret of a QR code proves to the phone that the device has read it. Since July 2026 WhatsApp retires it during a
 * scan (`companion_reg_refresh`), and only a code with a new one links. Baileys 7.0.0-rc14 does not know that (#2737), and
 * builds all codes of a socket with the first secret.
 */
function followSecret(
  { socket, auth }: Connection,
  { isByCode, show }: { isByCode: boolean; show: (qr: string) => void },
) {
  let last: string | undefined
  let wasCodeTyped = false

  const withSecret = (qr: string): string => {
    const [place = '', parts = ''] = qr.split('#')
    const fields = parts.split(',')
    fields[secretPart] = auth.creds.advSecretKey
    return `${place}#${fields.join(',')}`
  }

  socket.ws.on('CB:notification,type:link_code_companion_reg', () => {
    wasCodeTyped = true
  })
  socket.ws.on('CB:notification,type:companion_reg_refresh', ({ attrs }: BinaryNode) => {
    const ack = {
      class: 'notification',
      type: 'companion_reg_refresh',
      to: S_WHATSAPP_NET,
      id: attrs.id ?? '',
    }
    socket.sendNode({ tag: 'ack', attrs: ack }).catch(() => undefined) // a socket that is gone says so itself
    // Between the code that was typed and the link, both sides go on with the secret that they have.
    if (wasCodeTyped) return
    auth.creds.advSecretKey = randomBytes(secretBytes).toString('base64')
    auth.saveCreds()
    if (last !== undefined && !isByCode) show(withSecret(last))
  })

  return {
    isFirst(qr: string): boolean {
      const isFirst = last === undefined
      last ??= qr
      return isFirst
    },
    /** The same, with the secret of now. */
    qr(qr: string): string {
      last = qr
      return withSecret(qr)
    },
  }
}

const answerMs = 20_000

/** @throws GatewayFailure `PairingRefused` when the server doesn't take the request, which Baileys does not notice. */
async function requestCode(
  connection: Connection,
  browser: [string, string, string],
  {
    deviceName = defaultDeviceName,
    phoneNumber,
  }: Pick<PairingOptions, 'deviceName'> & { phoneNumber: string },
) {
  const { ws } = connection.socket
  // The name that the phone shows was sent before, at registration.
  browser[0] = systemForCode(deviceName)
  let onResult: () => void = () => undefined
  let onRefusal: (node: BinaryNode) => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  let stop: () => void = () => undefined
  const answer = new Promise<GatewayFailure | 'taken'>((resolve) => {
    onResult = () => resolve('taken')
    onRefusal = (node) => resolve(new GatewayFailure('PairingRefused', errorCode(node)))
    timer = setTimeout(() => resolve(new GatewayFailure('ConnectionLost', undefined)), answerMs)
    stop = connection.onEnd((reason) => resolve(refusalOf(reason)))
  })
  // Nothing else is asked on a socket that is not logged in, so any error is this one's.
  ws.on('CB:iq,type:result,link_code_companion_reg', onResult)
  ws.on('CB:iq,type:error', onRefusal)
  try {
    const code = await connection.socket.requestPairingCode(phoneNumber)
    const taken = await answer
    if (taken !== 'taken') throw taken
    return code
  } finally {
    clearTimeout(timer)
    stop()
    ws.off('CB:iq,type:result,link_code_companion_reg', onResult)
    ws.off('CB:iq,type:error', onRefusal)
  }
}

function errorCode(node: BinaryNode): number | undefined {
  const code = Number(getBinaryNodeChild(node, 'error')?.attrs.code)
  return Number.isInteger(code) ? code : undefined
}
