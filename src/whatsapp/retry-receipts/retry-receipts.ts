import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { BinaryNode, SocketConfig } from '../baileys.js'
import type { Connection } from '../connection.js'
import type { DeviceCache } from '../devices/device-cache.js'
import { errorFields } from '../errors.js'
import type { CopyAsked } from '../gateway.js'
import { healDevice } from './heal-device.js'
import { readRetryReceipt, spellingsOf, type RetryReceipt } from './retry-receipt.js'

export type RetryReceipts = {
  /** Before Baileys answers a retry receipt it looks here how often it has done so. */
  gate: NonNullable<SocketConfig['msgRetryCounterCache']>
  /** Takes the receipts of this connection. Those of the time offline come right after the log-in. */
  listen: (connection: Connection, devices: DeviceCache) => void
}

/** Baileys (rc14) answers fewer than five, and none that it finds counted as this many. */
const tooOften = Number.MAX_SAFE_INTEGER

const againMs = 1_000
// A device that can read nothing asks for every message. To heal it costs a statement, and the next message a key.
const mostHealings = 10
const healingsForMs = 60 * 60_000
const mostDevices = 20_000

/**
 * Answers the retry receipts in place of Baileys, which sends the whole message to the whole group when a phone asks, all
 * keys anew, outside of the account's pace, and asks WhatsApp for keys at each receipt (docs/whatsapp/keys-and-receipts.md,
 * part 2). Here a receipt is noted, and the device that asks is healed; then Baileys acknowledges it. The copy is sent
 * when the account's pace has room for it.
 */
export function retryReceipts(copyAsked: (asked: CopyAsked) => Promise<void>): RetryReceipts {
  /** By what Baileys asks the gate with. */
  const underWay = new Map<string, Promise<void>>()
  const healings = new LRUCache<string, number>({ max: mostDevices, ttl: healingsForMs })

  function mayHeal(device: string): boolean {
    const before = healings.get(device) ?? 0
    if (before >= mostHealings) return false
    // The hour begins with the first one.
    healings.set(device, before + 1, before === 0 ? {} : { noUpdateTTL: true })
    return true
  }

  return {
    gate: {
      // The acknowledgement waits for this: what it acknowledges is in Postgres.
      async get<T>(key: string) {
        await underWay.get(key)
        return tooOften as T
      },
      set: () => true,
      del: () => undefined,
      flushAll: () => undefined,
    },
    listen(connection, devices) {
      const { socket, logger } = connection

      async function take(receipt: RetryReceipt, node: BinaryNode): Promise<void> {
        const { messageId, chat, device, count } = receipt
        const { keys } = socket.authState
        const chats = await spellingsOf(keys, chat)
        await copyAsked({ messageId, device, chats, count })
        logger.info({ messageId, count }, 'a device asks for a copy of a message')
        if (!mayHeal(device)) return
        const spellings = await spellingsOf(keys, device)
        await healDevice(connection, devices, { receipt, spellings, node })
      }

      /** Never ends without having noted it, unless the connection does: then WhatsApp sends the receipt again. */
      async function untilTaken(receipt: RetryReceipt, node: BinaryNode): Promise<void> {
        while (connection.ended() === undefined)
          try {
            await take(receipt, node)
            return
          } catch (error) {
            logger.warn(errorFields(error), 'a retry receipt could not be noted yet')
            await delay(againMs)
          }
      }

      socket.ws.on('CB:receipt,type:retry', (node: BinaryNode) => {
        const receipt = readRetryReceipt(node, socket.authState.creds.me ?? {})
        if (receipt === undefined) {
          logger.warn('a retry receipt that names no message of ours')
          return
        }
        const { id, participant, from } = node.attrs
        const key = `${id}:${participant ?? from}`
        const taken = untilTaken(receipt, node)
        connection.keepKeysFor(taken)
        underWay.set(key, taken)
        void taken.finally(() => {
          if (underWay.get(key) === taken) underWay.delete(key)
        })
      })
    },
  }
}
