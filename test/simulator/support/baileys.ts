/** Unmodified Baileys against the simulator: an app's side, with its keys in memory. */
import '../../../simulator/quiet.js'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import {
  BufferJSON,
  initAuthCreds,
  makeWASocket,
  WA_CERT_DETAILS,
  type AuthenticationCreds,
  type BinaryNode,
  type proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  type WASocket,
} from '@whiskeysockets/baileys'
import pino from 'pino'
import type { Endpoints } from '../../../simulator/client.js'

type Value = SignalDataTypeMap[keyof SignalDataTypeMap]
export type AuthState = {
  creds: AuthenticationCreds
  keys: SignalKeyStore
  /** the same device with its keys as they are now, as a backup holds them */
  copy: () => AuthState
}

export const createAuth = (creds = initAuthCreds(), values = new Map<string, Value>()): AuthState => {
  const keys: SignalKeyStore = {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
      const found: { [id: string]: SignalDataTypeMap[T] } = {}
      for (const id of ids) {
        const value = values.get(`${type} ${id}`)
        if (value !== undefined) found[id] = value as SignalDataTypeMap[T]
      }
      return found
    },
    set: (data: SignalDataSet) => {
      for (const [type, entries] of Object.entries(data))
        for (const [id, value] of Object.entries(entries as { [id: string]: Value | null }))
          if (value === null) values.delete(`${type} ${id}`)
          else values.set(`${type} ${id}`, value)
    },
  }
  const copy = () => {
    const copied = JSON.parse(
      JSON.stringify(creds, BufferJSON.replacer),
      BufferJSON.reviver,
    ) as AuthenticationCreds
    return createAuth(copied, new Map(values))
  }
  return { creds, keys, copy }
}

const withResolvers = <T>() => {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept
    reject = refuse
  })
  return { promise, resolve, reject }
}

type Close = { code: number; reason: string }
/** What became of a sent message: acknowledged, refused with an error, or the socket closed first. */
export type Outcome = { kind: 'acked' } | { kind: 'refused'; code: string } | { kind: 'closed'; code: number }

export const ACKED: Outcome = { kind: 'acked' }

export class App {
  readonly socket: WASocket
  readonly sent = new Map<string, proto.IMessage>()
  getMessageCalls = 0
  readonly opened: Promise<void>
  readonly closed: Promise<Close>
  readonly qr: Promise<string>

  constructor(
    auth: AuthState,
    at: Endpoints,
    config: Partial<UserFacingSocketConfig> = {},
    sent?: App['sent'],
  ) {
    if (sent) this.sent = sent
    const { rootPublicKey } = JSON.parse(readFileSync(at.trustFile, 'utf8')) as { rootPublicKey: string }
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootPublicKey, 'hex')
    this.socket = makeWASocket({
      auth,
      waWebSocketUrl: at.whatsappUrl,
      logger: pino({ level: 'silent' }),
      fetchAgent: new Agent({ ca: readFileSync(at.caFile) }),
      shouldSyncHistoryMessage: () => false,
      emitOwnEvents: false,
      getMessage: async ({ id }) => {
        this.getMessageCalls += 1
        return this.sent.get(id ?? '')
      },
      ...config,
    })
    const { ev } = this.socket
    const { promise: opened, resolve: open, reject: refuse } = withResolvers<void>()
    const { promise: closed, resolve: close } = withResolvers<Close>()
    const { promise: qr, resolve: show } = withResolvers<string>()
    this.opened = opened
    this.closed = closed
    this.qr = qr
    ev.on('connection.update', (update) => {
      if (update.qr !== undefined) show(update.qr)
      if (update.connection === 'open') open()
      if (update.connection !== 'close') return
      const error = update.lastDisconnect?.error as
        { output?: { statusCode: number }; message?: string } | undefined
      close({ code: error?.output?.statusCode ?? 0, reason: error?.message ?? '' })
      refuse(update.lastDisconnect?.error ?? new Error('closed'))
    })
    // Who does not wait for it need not hear of it.
    opened.catch((error: unknown) => error)
  }

  /** Sends with this id, and waits for what becomes of it. */
  async relay(jid: string, id: string, message: proto.IMessage): Promise<Outcome> {
    this.sent.set(id, message)
    const outcome = this.outcome(id)
    await this.socket.relayMessage(jid, message, { messageId: id })
    return outcome
  }

  outcome(id: string): Promise<Outcome> {
    const answered = new Promise<Outcome>((resolve) => {
      this.socket.ws.on(`TAG:${id}`, ({ tag, attrs }: BinaryNode) => {
        if (tag !== 'ack') return
        resolve(attrs.error === undefined ? ACKED : { kind: 'refused', code: attrs.error })
      })
    })
    return Promise.race([answered, this.closed.then(({ code }): Outcome => ({ kind: 'closed', code }))])
  }

  text(jid: string, id: string, conversation: string): Promise<Outcome> {
    return this.relay(jid, id, { conversation })
  }

  async end(): Promise<void> {
    await this.socket.end(undefined)
    await this.closed
  }
}
