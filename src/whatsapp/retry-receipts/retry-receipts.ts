import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { BinaryNode, SocketConfig } from '../baileys.js'
import type { Connection } from '../connection.js'
import type { DeviceCache } from '../devices/device-cache.js'
import { errorFields } from '../errors.js'
import type { CopyAsked } from '../gateway.js'
import { entryLimit } from '../entry-limit.js'
import { healDevices } from './heal-devices.js'
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
// Of a storm so many are taken at once: a message to any chat waits for the healing of these at most.
const mostAtOnce = 50
// A device that can read nothing asks for every message. To heal it costs the next message a key.
const mostHealings = 10
const healingsForMs = 60 * 60_000
const mostDevices = 20_000

type Taken = { receipt: RetryReceipt; node: BinaryNode; done: () => void }

/**
 * Answers the retry receipts in place of Baileys, which sends the whole message to the whole group when a phone asks, all
 * keys anew, outside of the account's pace, and asks WhatsApp for keys at each receipt (docs/whatsapp/keys-and-receipts.md,
 * part 2). Here a receipt is noted, and the device that asks is healed; then Baileys acknowledges it. The copy is sent
 * when the account's pace has room for it.
 */
export function retryReceipts(copiesAsked: (asked: CopyAsked[]) => Promise<void>): RetryReceipts {
  /** By what Baileys asks the gate with. */
  const underWay = new Map<string, Promise<void>>()
  const healings = new LRUCache<string, number>({
    ...entryLimit(mostDevices),
    ttl: healingsForMs,
  })

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
      const { keys } = socket.authState
      const waiting: Taken[] = []
      let isTaking = false

      /** Before anybody may send a copy: the keys that it would be encrypted with may be those that the device can't use. */
      async function heal(some: readonly Taken[]): Promise<void> {
        const sick = []
        for (const { receipt, node } of some.filter(({ receipt: { device } }) => mayHeal(device)))
          sick.push({ receipt, node, spellings: await spellingsOf(keys, receipt.device) })
        await healDevices(connection, devices, sick)
      }

      async function note(some: readonly Taken[]): Promise<void> {
        const asked: CopyAsked[] = []
        for (const { receipt } of some) {
          const { messageId, chat, device, count } = receipt
          asked.push({ messageId, device, chats: await spellingsOf(keys, chat), count })
        }
        await copiesAsked(asked)
        const messageIds = [...new Set(asked.map(({ messageId }) => messageId))]
        logger.info({ messageIds, devices: some.length }, 'devices ask for copies of messages')
      }

      const hasEnded = () => connection.ended() !== undefined

      /** Whether it was done before the connection ended. */
      async function untilDone(work: () => Promise<void>, failed: string): Promise<boolean> {
        while (!hasEnded())
          try {
            await work()
            return true
          } catch (error) {
            logger.warn(errorFields(error), failed)
            await delay(againMs)
          }
        return false
      }

      /** What is not noted before the connection ends is not acknowledged: WhatsApp sends the receipts again. */
      async function takeAll(): Promise<void> {
        isTaking = true
        while (waiting.length > 0 && !hasEnded()) {
          const some = waiting.splice(0, mostAtOnce)
          await untilDone(() => heal(some), 'devices that ask for copies could not be healed yet')
          if (await untilDone(() => note(some), 'requests for copies could not be noted yet'))
            for (const { done } of some) done()
        }
        isTaking = false
      }

      socket.ws.on('CB:receipt,type:retry', (node: BinaryNode) => {
        const receipt = readRetryReceipt(node, socket.authState.creds)
        if (receipt === undefined) {
          logger.warn('a retry receipt that names no message of ours')
          return
        }
        const { id, participant, from } = node.attrs
        const key = `${id}:${participant ?? from}`
        const taken = new Promise<void>((resolve) => {
          waiting.push({ receipt, node, done: resolve })
        }).finally(() => {
          if (underWay.get(key) === taken) underWay.delete(key)
        })
        underWay.set(key, taken)
        if (!isTaking) connection.keepKeysFor(takeAll())
      })
    },
  }
}
