/** What the server and the process of the recipients tell each other. */
import type { Media } from '../contract.js'

export type Encrypted = { type: 'pkmsg' | 'msg'; content: Buffer }

/** What the recipients need to decrypt one accepted stanza. */
export type Sealed = {
  order: number
  /** the sender's device, by LID: one session per device, however it is addressed */
  author: string
  group?: string
  skmsg?: Buffer
  recipients: { reader: string; encrypted?: Encrypted }[]
}

export type SealedMedia = Media & { mediaKey: Buffer; directPath: string; url: string }

export type Reading =
  | {
      recipient: string
      kind: 'read'
      content: string
      text: string
      expiration?: number
      media?: SealedMedia
      at: number
    }
  /** `asks` is whether a phone would ask the sender to send it again */
  | { recipient: string; kind: 'failed'; error: string; asks: boolean; at: number }

export type Delivery = { order: number; readings: Reading[] }

/** What a phone writes to one linked device, in its own session with it. */
export type Writing = {
  phone: string
  /** the device, by LID */
  to: string
  /** for a session that is to begin; undefined when the device has uploaded no keys */
  bundle: Bundle | undefined
  /** an encoded `proto.Message` */
  message: Uint8Array
  /** of a message to many: the chat, and whether this device has the phone's key of it */
  many?: { chat: string; hasKey: boolean }
}
export type Bundle = {
  registrationId: number
  identity: Buffer
  signedPreKey: { keyId: number; public: Buffer; signature: Buffer }
  oneTimeKey?: { keyId: number; public: Buffer }
}
export type Written = { parts: { type: string; ciphertext: Buffer }[] } | { error: string }

export type ToRecipients =
  | { kind: 'write'; request: number; writing: Writing }
  | { kind: 'start'; stateDir: string; seed: Buffer; installations: ReadonlyMap<string, number> }
  | { kind: 'reinstall'; reader: string; installation: number }
  | { kind: 'deliver'; sealed: Sealed }
  | { kind: 'download'; request: number; media: SealedMedia; host: string }

export type FromRecipients =
  | { kind: 'restored'; deliveries: Delivery[]; lastOrder: number }
  | { kind: 'delivered'; delivery: Delivery }
  | { kind: 'written'; request: number; written: Written }
  | { kind: 'downloaded'; request: number; result: { sha256: string; bytes: number } | { error: string } }
