/** What a phone hands to a new device: its chats, as encrypted files, each with a notice of where it is. */
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { hkdf, proto } from '@whiskeysockets/baileys'
import type { HistoryRequest, SentHistory } from './contract.js'
import type { Incoming } from './incoming.js'
import { lidJid, phoneJid } from './jid.js'
import type { MediaServer } from './media.js'
import type { PrivacyTokens } from './privacy-tokens.js'
import type { World } from './world.js'

type Server = { world: World; media: MediaServer; incoming: Incoming; tokens: PrivacyTokens }

const MAC_BYTES = 10
const MESSAGES_PER_CHAT = 4
const DAY_SECONDS = 86_400

const types = proto.HistorySync.HistorySyncType

export class History {
  readonly #server: Server

  constructor(server: Server) {
    this.#server = server
  }

  async send(request: HistoryRequest): Promise<SentHistory> {
    const { account, contacts, chunks, bytes, inline } = request
    this.#server.world.addPeople(contacts)
    const sent: SentHistory = { bytes: 0, encryptedBytes: 0, paths: [] }
    const perChunk = Math.ceil(contacts.length / chunks)
    for (let chunk = 0; chunk < chunks; chunk++) {
      const people = contacts.slice(chunk * perChunk, (chunk + 1) * perChunk)
      const plain = this.#chunk(request, people, Math.floor(bytes / chunks))
      sent.bytes += plain.length
      const notice = {
        syncType: types[request.type],
        chunkOrder: chunk + 1,
        progress: Math.floor((100 * (chunk + 1)) / chunks),
      }
      const packed = deflateSync(plain)
      const historySyncNotification = inline
        ? { ...notice, initialHistBootstrapInlinePayload: packed }
        : { ...notice, ...this.#store(packed, request.damaged, sent) }
      const type = proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION
      await this.#server.incoming.sendPeer(account, { type, historySyncNotification })
    }
    return sent
  }

  #chunk(request: HistoryRequest, people: string[], bytes: number): Buffer {
    const { account, type, tokens, tokenAgeDays, addressing } = request
    if (type === 'PUSH_NAME') {
      const pushnames = people.map((phone) => ({
        id: phoneJid(phone),
        pushname: `Person ${phone.slice(-4)}`,
      }))
      return encoded({ syncType: types.PUSH_NAME, pushnames })
    }
    const perMessage = Math.floor(bytes / Math.max(1, people.length) / MESSAGES_PER_CHAT)
    const givenAt = Math.floor(Date.now() / 1_000) - tokenAgeDays * DAY_SECONDS
    const conversations = people.map((phone) => {
      const byLid = addressing === 'lid'
      const id = byLid ? lidJid(phone) : phoneJid(phone)
      return {
        id,
        messages: Array.from({ length: MESSAGES_PER_CHAT }, (_, n) => messageOf(id, n, perMessage)),
        ...(addressing === 'lid' && { pnJid: phoneJid(phone) }),
        ...(addressing === 'pnAndLid' && { lidJid: lidJid(phone) }),
        ...(tokens && {
          tcToken: this.#server.tokens.of(account, phone),
          tcTokenTimestamp: givenAt,
          tcTokenSenderTimestamp: givenAt,
        }),
      }
    })
    const phoneNumberToLidMappings = people.map((phone) => ({
      pnJid: phoneJid(phone),
      lidJid: lidJid(phone),
    }))
    return encoded({
      syncType: types[type],
      conversations,
      ...(addressing === 'mapped' && { phoneNumberToLidMappings }),
    })
  }

  #store(packed: Buffer, isDamaged: boolean, sent: SentHistory): proto.Message.IHistorySyncNotification {
    const mediaKey = randomBytes(32)
    const keys = Buffer.from(hkdf(mediaKey, 112, { info: 'WhatsApp History Keys' }))
    const iv = keys.subarray(0, 16)
    const cipher = createCipheriv('aes-256-cbc', keys.subarray(16, 48), iv)
    const ciphertext = Buffer.concat([cipher.update(packed), cipher.final()])
    const mac = createHmac('sha256', keys.subarray(48, 80)).update(iv).update(ciphertext).digest()
    const file = Buffer.concat([ciphertext, mac.subarray(0, MAC_BYTES)])
    if (isDamaged) file.writeUInt8(file.readUInt8(file.length - 1) ^ 1, file.length - 1)
    const directPath = `/v/history/${randomBytes(12).toString('hex')}?ccb=11-4&oh=simulator`
    this.#server.media.keep(directPath, file)
    sent.encryptedBytes += file.length
    sent.paths.push(directPath)
    return {
      mediaKey,
      directPath,
      fileLength: file.length,
      fileSha256: createHash('sha256').update(packed).digest(),
      fileEncSha256: createHash('sha256').update(file).digest(),
    }
  }
}

const encoded = (history: proto.IHistorySync): Buffer =>
  Buffer.from(proto.HistorySync.encode(proto.HistorySync.fromObject(history)).finish())

const messageOf = (chat: string, n: number, bytes: number): proto.IHistorySyncMsg => ({
  message: {
    key: { remoteJid: chat, fromMe: n % 2 === 0, id: `3A${randomBytes(9).toString('hex').toUpperCase()}` },
    messageTimestamp: Math.floor(Date.now() / 1_000) - n,
    message: { conversation: randomBytes(Math.ceil(bytes / 2)).toString('hex') },
  },
})
