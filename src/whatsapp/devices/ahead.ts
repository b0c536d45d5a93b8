import { setTimeout as delay } from 'node:timers/promises'
import { isJidGroup, isLidUser, jidDecode, jidEncode } from '../baileys.js'
import type { Connection } from '../connection.js'
import { accountQueryFailure } from '../errors.js'
import { GatewayFailure } from '../gateway.js'
import type { Groups, KnownMetadata } from '../group-metadata.js'
import { moveTokenToLid } from '../history/token-by-lid.js'
import { isOwnJid } from '../own-id.js'
import { askDevices } from './ask-devices.js'
import { askKeys, withoutSession } from './ask-keys.js'
import { jidOf, type DeviceCache, type UserDevices } from './device-cache.js'

/** Thrown out of the preparation of a relay: certainly nothing was written. */
export class NothingSent extends Error {
  override name = 'NothingSent'
  constructor(override readonly cause: unknown) {
    super('nothing was sent')
  }
}

export type Ahead = {
  /** So many devices the message leaves out, since there are no usable keys of them. Each can ask for it later, by a retry receipt. */
  leftOut: number
  /** After so many seconds messages to this group disappear. */
  disappearsAfter?: number | undefined
}

// The pauses before the keys of a person are asked for again: nothing else can be done for that message.
const askAgainMs = [1_000, 3_000]

const silent = () => new NothingSent(new GatewayFailure('ConnectionLost', undefined))
const noKeys = () => new NothingSent(new GatewayFailure('NoUsableKeys', undefined))

/**
 * Asks WhatsApp, before a message is relayed, for all that the relay would ask for: the members of the group, the
 * devices of each, and the keys to begin a session with those. Baileys relays inside one transaction of the account,
 * so a query that is asked there holds the messages to every other chat while it waits for its answer.
 * @throws NothingSent; with `NoUsableKeys` when no device of any recipient could read the message
 */
export function askAhead({
  connection,
  groups,
  devices,
}: {
  connection: Connection
  groups: Groups
  devices: DeviceCache
}): (jid: string, isKeyForgotten: boolean) => Promise<Ahead> {
  const { socket, logger } = connection

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      throw new NothingSent(accountQueryFailure(error))
    }
  }

  async function learnDevices(jids: string[]): Promise<Map<string, UserDevices>> {
    const answers = await ask(() => askDevices(socket, jids))
    if (answers === undefined) throw silent()
    return answers
  }

  /** Begins a session with each of these; who can't have one is hidden from the relay. */
  async function meet(jids: string[]): Promise<void> {
    const strangers = await withoutSession(socket, jids)
    const lacking = new Set(strangers)
    for (const jid of jids) if (!lacking.has(jid)) devices.takeIn(jid)
    const asked = strangers.filter(devices.mayHaveKeys)
    if (asked.length === 0) return
    const { without, codes } = await ask(() => askKeys(socket, asked))
    const failed = new Set(without)
    for (const jid of asked)
      if (failed.has(jid)) devices.leaveOut(jid)
      else devices.takeIn(jid)
    if (failed.size > 0) logger.warn({ devices: failed.size, codes }, 'devices without usable keys')
  }

  async function group(jid: string, isKeyForgotten: boolean): Promise<Ahead> {
    const { participants, ephemeralDuration, cannotPost } = await metadataOf(jid)
    if (cannotPost !== undefined) throw new NothingSent(new GatewayFailure('NotAllowedToPost', undefined))
    const members = participants.map(({ id }) => id)
    const unknown = members.filter((member) => devices.known(userOf(member)) === undefined)
    if (unknown.length > 0) {
      const answers = await learnDevices(unknown)
      // A member who is not on WhatsApp any more has none: Baileys would ask at every message.
      const none: UserDevices = { devices: [], isRefused: false }
      devices.learn(new Map(unknown.map((member) => [userOf(member), answers.get(userOf(member)) ?? none])))
    }
    const known = members.map((member) => ({ member, ...devices.known(userOf(member)) }))
    const all = known.flatMap((user) => (user.devices ?? []).map(jidOf))
    const { [jid]: hasKey = {} } = isKeyForgotten
      ? {}
      : await socket.authState.keys.get('sender-key-memory', [jid])
    await meet(all.filter((device) => hasKey[device] !== true))
    const leftOut = all.filter(devices.isLeftOut).length
    const refused = known.filter(({ isRefused }) => isRefused === true).length
    const others = known.filter(({ member }) => !isOwnJid(member, socket.authState.creds))
    const canBeRead = others.some((user) =>
      (user.devices ?? []).some((device) => !devices.isLeftOut(jidOf(device))),
    )
    if (!canBeRead && leftOut + refused > 0) throw noKeys()
    return { leftOut: leftOut + refused, disappearsAfter: ephemeralDuration }
  }

  async function metadataOf(jid: string): Promise<KnownMetadata> {
    try {
      return await groups.metadata(jid)
    } catch (error) {
      throw new NothingSent(error)
    }
  }

  async function person(jid: string): Promise<Ahead> {
    const { id, lid } = socket.authState.creds.me ?? {}
    // As Baileys addresses ourselves in such a chat.
    const isLid = isLidUser(jid) === true && lid !== undefined
    const self = jidEncode(userOf(isLid ? lid : id), isLid ? 'lid' : 's.whatsapp.net')
    const asked = [self, jid]
    if (asked.some((one) => devices.known(userOf(one)) === undefined)) {
      const answers = await learnDevices(asked)
      if (!answers.has(userOf(self))) throw silent()
      devices.learn(answers)
    }
    const known = asked.map((one) => devices.known(userOf(one)))
    const theirs = known[1]
    if (theirs?.isRefused === true) {
      void devices.del(userOf(jid)) // asked again for the next message
      throw noKeys()
    }
    if (userOf(jid) !== userOf(self) && (theirs === undefined || theirs.devices.length === 0))
      throw new NothingSent(new GatewayFailure('NotOnWhatsApp', 404))
    const [own = [], others = []] = known.map((user) => (user?.devices ?? []).map(jidOf))
    await meet([...own, ...others])
    for (const pauseMs of askAgainMs) {
      if (others.length === 0 || !others.every(devices.isLeftOut)) break
      await delay(pauseMs)
      for (const device of others) devices.takeIn(device)
      await meet(others)
    }
    if (others.length > 0 && others.every(devices.isLeftOut)) throw noKeys()
    await moveTokenToLid(socket, jid)
    return { leftOut: [...new Set([...own, ...others])].filter(devices.isLeftOut).length }
  }

  return (jid, isKeyForgotten) => (isJidGroup(jid) === true ? group(jid, isKeyForgotten) : person(jid))
}

function userOf(jid: string | undefined): string {
  return jidDecode(jid)?.user ?? ''
}
