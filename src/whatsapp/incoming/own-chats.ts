import { isLidUser, jidDecode, jidEncode } from '../baileys.js'
import type { Connection } from '../connection.js'

/**
 * libsignal can't read a message that is more than 2,000 ahead of the last one that it has read of the same device, and
 * keeps a key of 32 bytes for each that it skips. So one of these is read now and then, and the keys of the others go.
 */
const readEvery = 100

/** Keys of so many are kept: a message may overtake others on its way through Baileys. */
const keptKeys = 20

export type OwnChats = {
  /** Of a message that another device of the account wrote to others. */
  isToBeRead(device: string): boolean
  wasRead(device: string): Promise<void>
}

export function ownChats({ socket }: Connection): OwnChats {
  const unread = new Map<string, number>()

  /** As Baileys names the session with that device. */
  const sessionOf = (device: string): { jid: string; id: string } => {
    const { lid } = socket.authState.creds.me ?? {}
    const number = jidDecode(device)?.device
    const byLid = isLidUser(device) === true || lid === undefined
    const jid = byLid ? device : jidEncode(jidDecode(lid)?.user ?? '', 'lid', number)
    return { jid, id: socket.signalRepository.jidToSignalProtocolAddress(jid) }
  }

  return {
    isToBeRead(device) {
      const before = unread.get(device) ?? 0 // of a session that just began, nobody knows how many
      unread.set(device, (before + 1) % readEvery)
      return before === 0
    },
    async wasRead(device) {
      const { keys } = socket.authState
      const { jid, id } = sessionOf(device)
      await keys.transaction(async () => {
        const { [id]: session } = await keys.get('session', [id])
        if (session !== undefined && dropSkipped(session)) await keys.set({ session: { [id]: session } })
      }, jid)
    },
  }
}

type Chain = { chainKey?: { counter?: number }; messageKeys?: Record<string, string> }
type Sessions = { _sessions?: Record<string, { _chains?: Record<string, Chain> }> }

/** @returns whether there were any. The record is as libsignal 6 stores it. */
function dropSkipped(record: unknown): boolean {
  let isChanged = false
  const { _sessions: sessions = {} } = record as Sessions
  for (const { _chains: chains } of Object.values(sessions))
    for (const { chainKey, messageKeys } of Object.values(chains ?? {})) {
      const numbers = Object.keys(messageKeys ?? {}).map(Number)
      const last = Math.max(chainKey?.counter ?? 0, ...numbers)
      for (const number of numbers)
        if (messageKeys !== undefined && number <= last - keptKeys) {
          delete messageKeys[String(number)]
          isChanged = true
        }
    }
  return isChanged
}
