import type { Acks } from '../acks.js'
import {
  areJidsSameUser,
  encodeSignedDeviceIdentity,
  encodeWAMessage,
  isJidGroup,
  type proto,
  type BinaryNode,
} from '../baileys.js'
import type { Connection } from '../connection.js'
import { disappearing, encodeContent, kindOf } from '../content.js'
import { askKeys, withoutSession } from '../devices/ask-keys.js'
import { accountQueryFailure, errorFields } from '../errors.js'
import type { CopyOutcome, CopyToSend } from '../gateway.js'
import type { Groups, KnownMetadata } from '../group-metadata.js'
import { isOwnJid, ownId } from '../own-id.js'
import { settled, unlessEnded } from '../unless-ended.js'
import { spellingsOf } from './retry-receipt.js'

/**
 * Sends a copy of a message to the one device that asked for it, with the group's key inside. Baileys' own way to do so
 * (rc14, `relayMessage` with a participant) makes a stanza that WhatsApp refuses with 479 (Baileys #2781). The shape is
 * that of whatsmeow (`retry.go`) and whatsapp-rust (`wacore/src/send/dm.rs`).
 */
export function copySender({
  connection,
  groups,
  acks,
  ackTimeoutMs,
}: {
  connection: Connection
  groups: Groups
  acks: Acks
  /** From when all of it has been written. */
  ackTimeoutMs: () => number
}): (copy: CopyToSend) => Promise<CopyOutcome> {
  const { socket, logger } = connection
  const { authState, signalRepository } = socket

  async function isMember({ participants }: KnownMetadata, device: string): Promise<boolean> {
    const spellings = await spellingsOf(authState.keys, device)
    return participants.some(({ id }) => spellings.some((jid) => areJidsSameUser(id, jid)))
  }

  async function hasKeys(device: string): Promise<boolean> {
    if ((await withoutSession(socket, [device])).length === 0) return true
    try {
      return (await askKeys(socket, [device])).without.length === 0
    } catch (error) {
      throw accountQueryFailure(error)
    }
  }

  /** The group's key, so that the device can read what comes next, too. */
  async function withKey(
    message: proto.IMessage,
    group: string,
    addressing: string,
  ): Promise<proto.IMessage> {
    const { id = '', lid } = authState.creds.me ?? {}
    const meId = addressing === 'lid' && lid !== undefined ? lid : id
    if (!(await signalRepository.hasSenderKey({ group, meId }))) return message
    const key = await signalRepository.getSenderKeyDistributionMessage({ group, meId })
    return {
      ...message,
      senderKeyDistributionMessage: { groupId: group, axolotlSenderKeyDistributionMessage: key },
    }
  }

  const isOwn = (device: string): boolean => isOwnJid(device, authState.creds)

  /** What else a message to a person carries: without it WhatsApp may take the copy for one from a stranger. */
  async function privacyToken(chat: string): Promise<BinaryNode[]> {
    if (!socket.serverProps.privacyTokenOn1to1) return []
    const jids = await spellingsOf(authState.keys, chat)
    const known = await authState.keys.get('tctoken', jids)
    const token = jids
      .map((jid) => known[jid]?.token)
      .find((found) => found !== undefined && found.length > 0)
    return token === undefined ? [] : [{ tag: 'tctoken', attrs: {}, content: token }]
  }

  async function write(copy: CopyToSend, group: KnownMetadata | undefined): Promise<void> {
    const { messageId, chat, device, count, content } = copy
    const plain = await encodeContent(content)
    const message = group?.ephemeralDuration ? disappearing(plain, group.ephemeralDuration) : plain
    const { type, mediaType } = kindOf(message)
    const addressing = group?.addressingMode ?? 'lid'
    await authState.keys.transaction(async () => {
      const sealed =
        group !== undefined
          ? await withKey(message, chat, addressing)
          : isOwn(device)
            ? { deviceSentMessage: { destinationJid: chat, message } }
            : message
      const { type: how, ciphertext } = await signalRepository.encryptMessage({
        jid: device,
        data: encodeWAMessage(sealed),
      })
      const enc = { v: '2', type: how, count: String(count), ...(mediaType && { mediatype: mediaType }) }
      const to =
        group !== undefined
          ? { to: chat, participant: device, addressing_mode: addressing }
          : { to: device, device_fanout: 'false', ...(isOwn(device) && { recipient: chat }) }
      await socket.sendNode({
        tag: 'message',
        attrs: { id: messageId, type, ...to },
        content: [
          { tag: 'enc', attrs: enc, content: ciphertext },
          ...(how === 'pkmsg' ? [deviceIdentity()] : []),
          ...(group === undefined ? await privacyToken(chat) : []),
        ],
      })
    }, ownId(socket))
  }

  function deviceIdentity(): BinaryNode {
    const { account } = authState.creds
    if (account === undefined) throw new Error('an open session has creds')
    return { tag: 'device-identity', attrs: {}, content: encodeSignedDeviceIdentity(account, true) }
  }

  return async (copy) => {
    const { chat, device, messageId } = copy
    const group = isJidGroup(chat) === true ? await groups.metadata(chat) : undefined
    if (group !== undefined && !(await isMember(group, device))) return { kind: 'dropped', why: 'notInGroup' }
    if (!(await hasKeys(device))) return { kind: 'dropped', why: 'noUsableKeys' }
    const { ack, forget } = acks.expect(messageId)
    const written = write(copy, group)
    connection.keepKeysFor(written)
    try {
      const result = await unlessEnded(connection, settled(written))
      if (result === 'ended') return { kind: 'unknown' }
      if ('error' in result) {
        logger.warn(errorFields(result.error), 'a copy could not be sent')
        return { kind: 'unknown' }
      }
      const answer = await unlessEnded(connection, ack, ackTimeoutMs())
      if (answer === 'ended' || answer === 'late') return { kind: 'unknown' }
      const { refusedWith } = answer
      return refusedWith === undefined ? { kind: 'acked' } : { kind: 'refused', code: refusedWith }
    } finally {
      forget()
    }
  }
}
