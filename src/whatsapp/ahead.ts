import { LRUCache } from 'lru-cache'
import { isJidGroup, isLidUser, jidDecode, jidEncode, jidNormalizedUser } from './baileys.js'
import type { Connection } from './connection.js'
import type { DeviceCache } from './device-cache.js'
import { accountQueryFailure } from './errors.js'
import { GatewayFailure } from './gateway.js'
import type { Groups } from './group-metadata.js'

/** Thrown out of the preparation of a relay: certainly nothing was written. */
export class NothingSent extends Error {
  override name = 'NothingSent'
  constructor(override readonly cause: unknown) {
    super('nothing was sent')
  }
}

/** For each account; some MB, where a year's groups have hundreds of thousands of devices. */
const mostMet = 20_000

const silent = () => new NothingSent(new GatewayFailure('ConnectionLost', undefined))

/**
 * Asks WhatsApp, before a message is relayed, for all that the relay would ask for: the members of the group, the
 * devices of each, and the keys to begin a session with those. Baileys relays inside one transaction of the account,
 * so a query that is asked there holds the messages to every other chat while it waits for its answer.
 * @throws NothingSent
 */
export function askAhead({
  connection,
  groups,
  devices,
}: {
  connection: Connection
  groups: Groups
  devices: DeviceCache
}): (jid: string) => Promise<void> {
  const { socket } = connection
  /** Devices that a session was seen of or begun with; it stays. Of one that is dropped here it is seen again. */
  const met = new LRUCache<string, true>({ max: mostMet })

  const devicesOf = async (jids: string[], { anew }: { anew: boolean }) => {
    try {
      return await socket.getUSyncDevices(jids, !anew, false)
    } catch (error) {
      throw new NothingSent(accountQueryFailure(error))
    }
  }

  async function meet(jids: string[]): Promise<void> {
    const strangers = jids.filter((jid) => !met.has(jid))
    if (strangers.length === 0) return
    let wasAsked: boolean
    try {
      wasAsked = await socket.assertSessions(strangers, false)
    } catch (error) {
      throw new NothingSent(accountQueryFailure(error))
    }
    // Baileys makes "no keys" of a query that was never answered; one that is answered has those of somebody.
    if (wasAsked && !(await hasAny(strangers))) throw silent()
    for (const jid of strangers) met.set(jid, true)
  }

  async function hasAny(jids: string[]): Promise<boolean> {
    for (const jid of jids) if ((await socket.signalRepository.validateSession(jid)).exists) return true
    return false
  }

  async function group(jid: string): Promise<void> {
    const members = await membersOf(jid)
    const unknown = members.filter((member) => !devices.has(userOf(member)))
    if (unknown.length === 0) return
    const me = jidNormalizedUser(socket.authState.creds.me?.id)
    const answered = new Set((await devicesOf([me, ...unknown], { anew: true })).map(({ user }) => user))
    // Baileys makes "no devices" of a query that was never answered. One that is answered has our own phone in it.
    if (!answered.has(userOf(me))) throw silent()
    for (const member of unknown) if (!answered.has(userOf(member))) devices.setNone(userOf(member))
    const known = await devicesOf(members, { anew: false })
    const { [jid]: hasKey = {} } = await socket.authState.keys.get('sender-key-memory', [jid])
    await meet(known.map((device) => device.jid).filter((device) => !hasKey[device]))
  }

  async function membersOf(jid: string): Promise<string[]> {
    try {
      return (await groups.metadata(jid)).participants.map(({ id }) => id)
    } catch (error) {
      throw new NothingSent(error)
    }
  }

  async function person(jid: string): Promise<void> {
    const { id, lid } = socket.authState.creds.me ?? {}
    // As Baileys addresses ourselves in such a chat.
    const isLid = isLidUser(jid) === true && lid !== undefined
    const self = jidEncode(userOf(isLid ? lid : id), isLid ? 'lid' : 's.whatsapp.net')
    const asked = [self, jid]
    let known = await devicesOf(asked, { anew: false })
    const has = (wanted: string) => known.some(({ user }) => user === userOf(wanted))
    if (!has(jid) || !has(self)) known = await devicesOf(asked, { anew: true })
    if (!has(self)) throw silent()
    if (!has(jid)) throw new NothingSent(new GatewayFailure('NotOnWhatsApp', 404))
    await meet(known.map((device) => device.jid))
  }

  return (jid) => (isJidGroup(jid) === true ? group(jid) : person(jid))
}

function userOf(jid: string | undefined): string {
  return jidDecode(jid)?.user ?? ''
}
