import { forgetGroupsRead } from '../store/accounts/groups.js'
import { areCredsReadable, clearAuthState, isLinked, openAuthState } from './auth-state.js'
import { connect, failureOf, type Connection } from './connection.js'
import { GatewayFailure, type Disconnect, type PairingOptions, type Session } from './gateway.js'
import { deviceName, openSession } from './session.js'

/**
 * Links the device and opens its session. A device that is linked already, for instance by a pairing that was cut off
 * just before its end, is not linked again, unless WhatsApp says that it was logged out. What was stored under a key that
 * is lost makes way: who asks for the link knows that it is of no use.
 * @throws GatewayFailure
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
  const reason = await pairOnce(options)
  if (reason.failure !== 'RestartRequired') throw failureOf(reason)
  return await openSession(options)
}

async function isLinkedAlready(options: PairingOptions): Promise<boolean> {
  if (!(await areCredsReadable(options))) return false
  const auth = await openAuthState(options, () => undefined)
  auth.seal()
  return isLinked(auth.creds)
}

/** Shows challenges until the phone has answered one; the server then asks for a restart (515). */
async function pairOnce(options: PairingOptions): Promise<Disconnect> {
  const browser = deviceName()
  const connection = await connect(options, {
    browser,
    getMessage: () => Promise.resolve(undefined),
    cachedGroupMetadata: () => Promise.resolve(undefined),
  })
  const abort = (): void => connection.inBackground(connection.close())
  if (options.signal?.aborted === true) abort()
  options.signal?.addEventListener('abort', abort, { once: true })

  let asked = false
  let refusal: unknown
  connection.socket.ev.on('connection.update', ({ qr }) => {
    if (qr === undefined) return
    if (options.method.kind === 'qr') return options.onChallenge({ method: 'qr', challenge: qr })
    // The first QR is the sign that the server waits for a phone; a code that is asked for earlier leads nowhere.
    if (asked) return
    asked = true
    requestCode(connection, browser, options.method.phoneNumber).then(
      (challenge) => options.onChallenge({ method: 'code', challenge }),
      (error: unknown) => {
        refusal = error
        connection.inBackground(connection.close())
      },
    )
  })
  try {
    const reason = await connection.closed
    if (refusal !== undefined) throw refusal
    return reason
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
}

const answerMs = 20_000

/** @throws GatewayFailure `RefusedByServer` when the server doesn't take the request, which Baileys does not notice. */
async function requestCode(connection: Connection, browser: [string, string, string], phoneNumber: string) {
  const { ws } = connection.socket
  // WhatsApp takes only known systems in this request ("Chrome (Carillon)" is a bad request: Baileys pull request
  // 2769). The name that the phone shows was sent before, at registration.
  browser[0] = 'Windows'
  let onResult: () => void = () => undefined
  let onRefusal: () => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  let stop: () => void = () => undefined
  const answer = new Promise<GatewayFailure | 'taken'>((resolve) => {
    onResult = () => resolve('taken')
    onRefusal = () => resolve(new GatewayFailure('RefusedByServer', 400))
    timer = setTimeout(() => resolve(new GatewayFailure('ConnectionLost', undefined)), answerMs)
    stop = connection.onEnd((reason) => resolve(failureOf(reason)))
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
