/**
 * What the control API takes and gives. The server parses with these schemas, the client is typed by them.
 */
import { z } from 'zod'

export const phone = z
  .string()
  .regex(/^[1-9]\d{6,14}$/, 'a phone number: 7 to 15 digits, country code first, no plus sign')
export const groupJid = z
  .string()
  .regex(/^\d+(-\d+)?@g\.us$/, 'a group JID, for example 120363000000000001@g.us')
export const chatJid = z
  .string()
  .regex(
    /^[\d-]+@(g\.us|s\.whatsapp\.net|lid)$/,
    'the JID of a group or person (…@g.us, …@s.whatsapp.net, …@lid)',
  )

/** A device that reads messages. */
const reader = z
  .string()
  .regex(/^[1-9]\d{6,14}(:[1-9]\d*)?$/, 'a phone number, or phone:device for one of its companions')

/** Who may not write to a group: nobody may to a community itself and to a suspended group. */
const closed = z.enum(['no', 'adminsOnly', 'community', 'suspended'])

const times = z.union([z.int().positive(), z.literal('until-cleared')]).default(1)
const disconnectHow = z.enum([
  'close',
  'restart',
  'loggedOut',
  'forcedLogout',
  'accountLocked',
  'forbidden',
  'replaced',
  'unavailable',
  'unknownCode',
])

/** Whom a message fault hits. What is left out matches everything. */
const messageScope = {
  account: phone.optional(),
  chat: chatJid.optional(),
  messageId: z.string().min(1).optional(),
  count: times,
}
const groupScope = { account: phone.optional(), chat: groupJid.optional(), count: times }

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dropAck'), ...messageScope }),
  z.strictObject({ kind: z.literal('dropStanza'), ...messageScope }),
  z.strictObject({ kind: z.literal('delayAck'), ms: z.int().positive(), ...messageScope }),
  z.strictObject({ kind: z.literal('holdAck'), ...messageScope }),
  /** `backoff`: so many seconds nothing is to be sent, as the refusal says. */
  z.strictObject({
    kind: z.literal('refuse'),
    code: z.int().min(400).max(599),
    backoff: z.int().min(0).max(86_400).optional(),
    ...messageScope,
  }),
  /** Whether numbers are on WhatsApp is asked, and refused. */
  z.strictObject({
    kind: z.literal('contactError'),
    code: z.int().min(400).max(599),
    account: phone.optional(),
    count: times,
  }),
  z.strictObject({
    kind: z.literal('disconnect'),
    when: z.enum(['beforeAccept', 'beforeAck', 'afterAck']),
    how: disconnectHow.default('close'),
    ...messageScope,
  }),
  z.strictObject({ kind: z.literal('retryReceipt'), recipient: reader.optional(), ...messageScope }),
  z.strictObject({ kind: z.literal('metadataError'), code: z.int().min(400).max(599), ...groupScope }),
  z.strictObject({ kind: z.literal('metadataSilence'), ...groupScope }),
  /** The devices of this phone, or its keys, are asked for and nobody answers. */
  z.strictObject({
    kind: z.literal('querySilence'),
    asks: z.enum(['devices', 'keys']),
    about: phone,
    account: phone.optional(),
    count: times,
  }),
  /**
   * What the server says when the keys of one device are asked for, with those of the others unharmed: its own `<error>`,
   * nothing at all, or a bundle with a part missing, empty or of a wrong length. `whole` refuses the whole query.
   */
  z.strictObject({
    kind: z.literal('deviceKeys'),
    about: reader,
    how: z.enum([
      'error',
      'absent',
      'noKey',
      'emptyKey',
      'noSignedKey',
      'noIdentity',
      'shortIdentity',
      'noRegistration',
      'whole',
    ]),
    code: z.int().min(400).max(599).default(406),
    account: phone.optional(),
    count: times,
  }),
  /** The server's `<error>` in place of one person's list of devices. */
  z.strictObject({
    kind: z.literal('deviceList'),
    about: phone,
    code: z.int().min(400).max(599),
    account: phone.optional(),
    count: times,
  }),
  /** A log-in is answered by `<failure>`. `code` and `expire` (seconds) are those of a temporary ban (402). */
  z.strictObject({
    kind: z.literal('refuseLogIn'),
    reason: z.int().min(400).max(599),
    code: z.int().optional(),
    expire: z.int().positive().optional(),
    account: phone.optional(),
    count: times,
  }),
  /**
   * What comes of a scan, or of a code that is typed: WhatsApp asks the phone for a passkey, and nothing more happens; it
   * retires the secret of the QR code, and takes a new one only; or it takes the new device back at once.
   */
  z.strictObject({
    kind: z.literal('pairing'),
    how: z.enum(['passkey', 'newSecret', 'takenBack', 'forcedLogout']),
    account: phone.optional(),
    count: times,
  }),
  z.strictObject({
    kind: z.literal('refuseCodeRequest'),
    code: z.int().min(400).max(599),
    account: phone.optional(),
    count: times,
  }),
  /** What the account may do is asked for, and refused. */
  z.strictObject({
    kind: z.literal('restrictionsError'),
    code: z.int().min(400).max(599),
    account: phone.optional(),
    count: times,
  }),
  /** Where files may be uploaded to is asked for, and refused. */
  z.strictObject({
    kind: z.literal('mediaConnError'),
    code: z.int().min(400).max(599),
    account: phone.optional(),
    count: times,
  }),
  z.strictObject({ kind: z.literal('uploadFailure'), status: z.int().min(400).max(599), count: times }),
  /** Of media and history alike. */
  z.strictObject({ kind: z.literal('downloadFailure'), status: z.int().min(400).max(599), count: times }),
  /** Patches of the app state are asked for, and nobody answers. */
  z.strictObject({ kind: z.literal('appStateSilence'), account: phone.optional(), count: times }),
])

const networkDirection = z.strictObject({
  bytesPerSecond: z.int().positive().optional(),
  /** each way */
  latencyMs: z.int().min(0).optional(),
  /** the share of segments that TCP has to send again, up to 0.5; those behind one wait for it */
  loss: z.number().min(0).max(0.5).optional(),
})

export const requests = {
  createAccount: z.strictObject({ phone, name: z.string().min(1).optional() }),
  createPeople: z.strictObject({ phones: z.array(phone).min(1), withLid: z.boolean().default(true) }),
  giveLid: z.strictObject({ phone }),
  refuseNumber: z.strictObject({ phone }),
  writeNumber: z.strictObject({ phone, as: phone }),
  changeNumber: z.strictObject({ phone, number: phone, told: z.boolean().default(true) }),
  setCompanions: z.strictObject({ phone, devices: z.array(z.int().positive()) }),
  reinstall: z.strictObject({ phones: z.array(phone).min(1) }),
  askAgain: z.strictObject({
    account: phone,
    chat: chatJid,
    messageId: z.string().min(1),
    recipients: z.array(reader).min(1),
    attempt: z.int().positive().default(1),
  }),
  createGroup: z.strictObject({
    jid: groupJid.optional(),
    subject: z.string().min(1).max(100),
    members: z.array(phone).min(1),
    admins: z.array(phone).default([]),
    addressing: z.enum(['lid', 'pn']).default('lid'),
    ephemeral: z.int().min(0).default(0),
    closed: closed.default('no'),
  }),
  setClosed: z.strictObject({ jid: groupJid, closed }),
  setAdmins: z.strictObject({ jid: groupJid, admins: z.array(phone) }),
  setEphemeral: z.strictObject({ jid: groupJid, seconds: z.int().min(0) }),
  endGroup: z.strictObject({ jid: groupJid }),
  renameGroup: z.strictObject({ jid: groupJid, subject: z.string().min(1).max(100) }),
  announceGroups: z.strictObject({ account: phone, jids: z.array(groupJid).min(1) }),
  changeMembers: z.strictObject({ jid: groupJid, members: z.array(phone).min(1) }),
  scanQr: z.strictObject({ account: phone, qr: z.string().min(1) }),
  enterPairingCode: z.strictObject({
    account: phone,
    code: z.string().regex(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, 'a pairing code: 8 letters or digits'),
  }),
  unlink: z.strictObject({ account: phone, device: z.int().positive().optional() }),
  disconnect: z.strictObject({ account: phone.optional(), how: disconnectHow.default('close') }),
  /** A stream error of any shape: a code, a child, or both. */
  streamError: z.strictObject({
    account: phone,
    code: z.string().optional(),
    child: z.string().optional(),
    attrs: z.record(z.string(), z.string()).default({}),
  }),
  settings: z.strictObject({
    retryReceipts: z.boolean().optional(),
    deliveryReceipts: z.boolean().optional(),
    acceptingConnections: z.boolean().optional(),
    decrypting: z.boolean().optional(),
    /** Of WhatsApp Web's versions, 2.3000.n: older ones are refused (405). */
    oldestRevision: z.int().min(0).optional(),
    /** The one that a browser would get. */
    currentRevision: z.int().min(0).optional(),
  }),
  /** The network between the clients and WhatsApp, its media servers included. What is left out is as good as it can be. */
  setNetwork: z.strictObject({
    /** from its log-in on; without it, of every connection that has none of its own */
    account: phone.optional(),
    /** from the client to WhatsApp */
    up: networkDirection.optional(),
    down: networkDirection.optional(),
    /** connections stay open and carry nothing, in neither direction */
    frozen: z.boolean().default(false),
  }),
  lockNewChats: z.strictObject({
    account: phone,
    /** 0 lifts the lock */
    seconds: z.int().min(0),
    told: z.boolean().default(false),
  }),
  sendIncoming: z.strictObject({
    account: phone,
    kind: z.enum(['direct', 'group', 'status', 'newsletter', 'ownChat']),
    /** Who writes; of `ownChat`, to whom the account's phone writes. */
    from: phone.optional(),
    group: groupJid.optional(),
    text: z.string().min(1).default('hello'),
    count: z.int().positive().default(1),
  }),
  sendHistory: z.strictObject({
    account: phone,
    type: z.enum(['INITIAL_BOOTSTRAP', 'RECENT', 'FULL', 'PUSH_NAME']),
    /** One chat each. */
    contacts: z.array(phone).min(1),
    /** Of all chunks, before they are compressed. */
    bytes: z.int().min(0).default(0),
    chunks: z.int().positive().default(1),
    /** Whether each chat has the token that its contact gave the account. */
    tokens: z.boolean().default(true),
    tokenAgeDays: z.int().min(0).default(1),
    /** How a chat is named: by LID, by number with the LID beside it, by number alone, or with a table of all of them. */
    addressing: z.enum(['lid', 'pnAndLid', 'pn', 'mapped']).default('lid'),
    /** In the notice itself, and not as a file. */
    inline: z.boolean().default(false),
    /** The file does not bear its own signature. */
    damaged: z.boolean().default(false),
  }),
  changeAppState: z.strictObject({
    account: phone,
    collection: z.enum(['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular']),
    patches: z.int().positive().default(1),
    /** of each */
    bytes: z.int().positive().default(20),
  }),
  account: z.strictObject({ account: phone }),
  wantTokens: z.strictObject({ account: phone, people: z.array(phone).min(1) }),
  giveToken: z.strictObject({ account: phone, person: phone }),
  /** The queue of a device that was away for long: WhatsApp drops it, and says only that the groups may have changed. */
  dropMailbox: z.strictObject({ account: phone }),
  clearFaults: z.strictObject({ id: z.int().positive().optional() }),
  settled: z.strictObject({ timeoutMs: z.int().positive().default(60_000) }),
  inbox: z.strictObject({ recipient: reader, media: z.stringbool().default(false) }),
  stanzas: z.strictObject({
    account: phone.optional(),
    chat: chatJid.optional(),
    messageId: z.string().min(1).optional(),
  }),
} as const

export type Input<K extends keyof typeof requests> = z.input<(typeof requests)[K]>
export type FaultInput = z.input<typeof faultRequest>
export type FaultRequest = z.output<typeof faultRequest>
export type IncomingRequest = z.output<typeof requests.sendIncoming>
export type HistoryRequest = z.output<typeof requests.sendHistory>
export type AppStateRequest = z.output<typeof requests.changeAppState>
export type NetworkDirection = z.output<typeof networkDirection>
export type Network = Omit<z.output<typeof requests.setNetwork>, 'account'>
export type DisconnectHow = z.output<typeof disconnectHow>

/** A fault that still waits for something to hit. */
export type Fault = { id: number; hits: number; left: number | 'until-cleared' } & FaultRequest

export type Endpoints = {
  whatsappUrl: string
  controlUrl: string
  mediaUrl: string
  /** read by the trust preload, through SIMULATOR_TRUST */
  trustFile: string
  /** certificate of the media server, for NODE_EXTRA_CA_CERTS */
  caFile: string
  pid: number
}

export type AccountState = {
  phone: string
  lid: string
  name: string
  devices: { device: number; name?: string; linkedAt: number; connected: boolean; prekeys: number }[]
  connected: boolean
}

/** `lid` is missing where WhatsApp has none for the number. */
export type Person = { phone: string; lid?: string }

export type Group = {
  jid: string
  subject: string
  addressing: 'lid' | 'pn'
  members: string[]
  admins: string[]
  /** seconds after which messages disappear; 0 is never */
  ephemeral: number
  closed: z.output<typeof closed>
}

/** What a device has not acknowledged yet; `refused` are its acks with an error. */
export type Mailbox = { device: number; messages: number; notifications: number; refused: number }

/** `bytes` before compression, `encryptedBytes` as they are downloaded. */
export type SentHistory = { bytes: number; encryptedBytes: number; paths: string[] }

/** One stanza on the wire that the server accepted, acknowledged or not. */
export type Stanza = {
  /** 1, 2, 3 … in the order of acceptance, over all accounts */
  order: number
  account: string
  device: number
  /** the group's JID, or the phone number's JID of a person */
  chat: string
  id: string
  acceptedAt: number
  /** the only device that it was for: one that had asked for it */
  copyFor?: string
  /** the same account, chat and id were accepted before */
  duplicate: boolean
}

export type Media = {
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker'
  mimetype: string
  bytes: number
  /** what the message claims the plaintext to be, hex */
  claimedSha256: string
}

/** The media as this recipient got it over HTTPS and decrypted it, or why that failed. */
export type Downloaded = { sha256: string; bytes: number } | { error: string }

/** A message as the recipient's WhatsApp shows it: same chat, sender and id are one. */
export type InboxMessage = {
  chat: string
  from: string
  id: string
  /** conversation, imageMessage, pollCreationMessage … */
  kind: string
  text: string
  /** seconds after which it disappears, as the message itself says; phones go by nothing else */
  expiration?: number
  media?: Media
  downloaded?: Downloaded
  /** order and time of the first stanza that this recipient could read */
  order: number
  acceptedAt: number
  readAt: number
  /** stanzas of this message that this recipient decrypted; more than 1 means duplicates on the wire */
  copies: number
}

/** "Waiting for this message": shown until a readable copy arrives. */
export type Undecryptable = {
  chat: string
  from: string
  id: string
  error: string
  attempts: number
  /** the phone asks the sender to send it again; it does not when the stanza held nothing for it */
  asksAgain: boolean
  order: number
  at: number
}

export type Inbox = { recipient: string; messages: InboxMessage[]; undecryptable: Undecryptable[] }

export type Upload = { path: string; bytes: number; at: number }
export type Uploads = { count: number; totalBytes: number; refused: number; uploads: Upload[] }

export type MetadataQueries = { total: number; participating: number; byGroup: Record<string, number> }

export type MessageReads = {
  account: string
  chat: string
  id: string
  stanzas: number
  /** recipients who read it */
  reads: number
  /** recipients who see "waiting for this message" */
  waiting: number
}

/** What went to one chat from one account. Messages are distinct: same chat, sender and id are one. */
export type ChatCount = { account: string; chat: string; stanzas: number; messages: number }

export type Stats = {
  stanzas: number
  distinctMessages: number
  duplicates: number
  /** copies that recipients could decrypt, duplicates included */
  decrypted: number
  /** copies that recipients could not decrypt, also where a later copy could be read */
  decryptErrors: number
  /** messages still waiting at a recipient */
  undecryptable: number
  retryReceipts: number
  /** accepted and not yet decrypted */
  pending: number
  connections: number
  uploads: number
  messages: MessageReads[]
  /** IQ namespaces that only got an empty result */
  unhandled: Record<string, number>
}
