import type { Agent } from 'node:https'
import type { Logger } from 'pino'
import type { MediaKind } from '../domain/definition.js'
import type { DeviceName } from '../domain/accounts/device-name.js'
import type { FailureType } from '../domain/failures.js'
import type { Queryable } from '../store/database.js'
import type { KeyRing } from '../store/encryption/key-ring.js'

/** The content of a message: a text, or media that were uploaded before (`uploadMedia`). */
export type Content =
  | { kind: 'text'; text: string }
  /** `message` is an encoded `proto.Message`, as `uploadMedia` returned it. */
  | { kind: 'uploaded'; message: Uint8Array }

export type MediaFile = {
  kind: MediaKind
  bytes: Uint8Array
  mime: string
  caption?: string
  /** JPEG, at most 32 px wide, shown by clients before the download. */
  thumbnail?: Uint8Array
  width?: number
  height?: number
}

export type SendRequest = {
  /** Fixed for life in the ledger; the same on every attempt. */
  messageId: string
  jid: string
  /** The number of a person whose `jid` is a LID, where it is known: WhatsApp's own clients send it along. */
  pn?: string | undefined
  content: Content
  /**
   * True when an earlier send to this chat may have left the socket unacknowledged: the group's sender-key memory is
   * reset first, since a lost first stanza would leave the members without the key (measured; see docs/decisions).
   */
  maybeSentBefore: boolean
}

export type SendOutcome =
  /** `leftOutDevices`: of these WhatsApp has no usable keys. Each can ask for the message by a retry receipt. */
  | { kind: 'acked'; leftOutDevices: number }
  /** Without a code it was not WhatsApp's answer: nothing was sent. */
  | {
      kind: 'refused'
      code: number | undefined
      failure: FailureType
      /** Where WhatsApp says so: when a restriction of the account ends, or when the message may be sent again. */
      until?: Date
    }
  /** The socket closed or the ack did not come: the server may or may not have it. */
  | { kind: 'unknown'; failure: 'ConnectionLost' | 'AckTimedOut' }

/** Why a session ended. `code` is WhatsApp's, where there was one. */
export type Disconnect = {
  failure: FailureType | 'RestartRequired' | 'ClosedByUs'
  code: number | undefined
  /** Of a ban, where WhatsApp says when it ends. */
  until?: Date
  /** Of a ban, what it is for. */
  subCode?: number | undefined
}

/** Who is behind a number, as WhatsApp answers it. `pn` may be another number than the one that was asked for. */
export type PersonAnswer =
  { isOnWhatsApp: false } | { isOnWhatsApp: true; pn: string; lid: string | undefined }

/** A person has another number. */
export type MovedNumber = {
  from: { pn: string; lid: string | undefined }
  to: { pn: string; lid: string | undefined }
}

export type GroupSummary = { jid: string; subject: string; participants: number }

/** A device asks for a copy of a message that it could not decrypt. */
export type CopyAsked = {
  messageId: string
  /** The JID of the device. */
  device: string
  /** The group, or the person: by number and by LID where both are known. */
  chats: readonly [string, ...string[]]
  /** How often it has asked for this message, from 1. */
  count: number
}

export type CopyToSend = Pick<CopyAsked, 'messageId' | 'device' | 'count'> & {
  chat: string
  content: Content
}

export type CopyOutcome =
  | { kind: 'acked' }
  | { kind: 'refused'; code: number }
  /** Nothing was sent, and nothing will be. */
  | { kind: 'dropped'; why: 'contentGone' | 'notInGroup' | 'noUsableKeys' }
  | { kind: 'unknown' }

/** One live socket of one account. */
export type Session = {
  accountId: string
  jid: string
  lid: string | undefined
  /**
   * Resolves at the server's ack of this very message id, a refusal, or when neither can come any more.
   * @throws GatewayFailure when certainly nothing was written to the socket and it was no refusal.
   */
  send(request: SendRequest): Promise<SendOutcome>
  /** Sends a message again, to the one device that asked for it. @throws GatewayFailure where certainly nothing was written */
  sendCopy(copy: CopyToSend): Promise<CopyOutcome>
  /**
   * Asks WhatsApp who is behind these numbers, in one question. Answers by the JID that was asked for; who is missing was
   * not told of. @throws GatewayFailure
   */
  askForPeople(jids: string[]): Promise<Map<string, PersonAnswer>>
  /** The LID of a number, or the number of a LID, where that is known already. Asks nobody. */
  otherJidOf(jid: string): Promise<string | undefined>
  /** @throws GatewayFailure with `UploadFailed`, `BadMedia` or `ConnectionLost`. */
  uploadMedia(file: MediaFile): Promise<Uint8Array>
  /** Reads all groups of the account from WhatsApp, in one query, whatever their age in Postgres. @throws GatewayFailure */
  refreshGroups(): Promise<void>
  /** The same, only where they are older than their time to live. Returns whether they were. @throws GatewayFailure */
  refreshAgedGroups(): Promise<boolean>
  /** Whether all groups of the account were read since it was linked; else when to ask again. */
  groupsWereRead(): Promise<{ isRead: true } | { isRead: false; askAgainInMs: number }>
  /** Resolves once, when the socket is gone for whatever reason and the last key is stored; never rejects. */
  closed: Promise<Disconnect>
  /** Takes this device off the account at WhatsApp, which ends the session. @throws GatewayFailure */
  unlink(): Promise<void>
  /** Whether the socket is gone; before `closed` says so. */
  hasEnded(): boolean
  close(): Promise<void>
}

/** For example 2.3000.1043857760. */
export type WebVersion = [number, number, number]

export type NewChats = { isLocked: false } | { isLocked: true; until: Date }

/** The options of one session of an account. Milliseconds throughout. */
export type SessionOptions = {
  accountId: string
  /** The lease: every write of a key is refused once the account has another epoch. */
  epoch: number
  database: Queryable
  ring: KeyRing
  /** Devices could not decrypt a message: keeps that they ask for copies. WhatsApp is told so when this has resolved. */
  copiesAsked(asked: CopyAsked[]): Promise<void>
  /** Bound to the account and the epoch; it gets no texts, JIDs or keys. */
  logger: Logger
  /** Default: WhatsApp's own. */
  whatsappUrl?: string | undefined
  /** The version of WhatsApp Web that the session says it is; Baileys' own when not given. */
  version?: WebVersion | undefined
  /** `defaultDeviceName` when not given; it counts when a device is linked. */
  deviceName?: DeviceName | undefined
  /** The URL of a proxy by way of which everything of the account goes: `http`, `https` (CONNECT) or `socks5`. */
  proxy?: string | undefined
  /** For uploads and downloads: the trust in another authority. */
  fetchAgent?: Agent | undefined
  /** Default 30 s, from the write to the server's ack. */
  ackTimeoutMs?: number | undefined
  /** Default 60 s, from the connect to a session that can send. */
  openTimeoutMs?: number | undefined
  /** Default 6 h: how long the members of a group are taken from Postgres. */
  groupsTtlMs?: number | undefined
  /** Default 5 s, doubling up to 5 min: the wait after a whole read of the groups that failed. */
  groupsRetryMs?: number | undefined
  /** Between the tries to take a file of the phone's history; default: 5 s, 30 s and 2 min, then at the next session. */
  historyPausesMs?: readonly number[] | undefined
  /** Of a QR code; Baileys' own when not given: 60 s for the first one and 20 s for the others. */
  qrTimeoutMs?: number | undefined
  onGroupsChanged?: (() => void) | undefined
  /** What WhatsApp says of the account's right to start chats: when it is asked, and when that changes. */
  onNewChats?: ((newChats: NewChats) => void) | undefined
  onMovedNumber?: ((moved: MovedNumber) => void) | undefined
  /** Ends the wait for an open session; an open one is ended by `close`. */
  signal?: AbortSignal | undefined
}

export type PairingOptions = SessionOptions & {
  method: PairingMethod
  /** How long codes are shown. */
  forMs: number
  /** The number that the account was linked to, as a JID: a phone with another one is unlinked again. */
  expectedJid?: string | undefined
  /** Called for each challenge; the one before is void then. */
  onChallenge(challenge: PairingChallenge): void
}

export type Gateway = {
  /** @throws GatewayFailure; `AccountLoggedOut` without a code when the account was never linked. */
  openSession(options: SessionOptions): Promise<Session>
  /** Links the device, or just opens the session when it is linked already. @throws GatewayFailure */
  pairSession(options: PairingOptions): Promise<Session>
}

export type PairingMethod = { kind: 'qr' } | { kind: 'code'; phoneNumber: string }

/** Linking the device takes this on the operator's phone. It changes every 20 s or so until it is done. */
export type PairingChallenge = { method: 'qr' | 'code'; challenge: string }

export class GatewayFailure extends Error {
  override name = 'GatewayFailure'
  /** Of a ban, where WhatsApp says when it ends, and what it is for. */
  readonly until?: Date
  readonly subCode?: number
  constructor(
    readonly failure: FailureType,
    readonly code: number | undefined,
    {
      until,
      subCode,
      ...options
    }: ErrorOptions & { until?: Date | undefined; subCode?: number | undefined } = {},
  ) {
    super(code === undefined ? failure : `${failure} (${code})`, options)
    if (until !== undefined) this.until = until
    if (subCode !== undefined) this.subCode = subCode
  }
}
