/** Who exists: people, accounts with their linked devices, groups. Changes go through journalled events. */
import type { Group } from './contract.js'
import { ControlError } from './failure.js'
import { decodeJid, isGroup, lidOf, phoneJid, SERVER } from './jid.js'

/** What a device uploaded for those who write to it, without its one-time keys. */
export type KeyBundle = {
  registrationId: number
  identity: Buffer
  signedPreKey: { keyId: number; public: Buffer; signature: Buffer }
}
export type Device = {
  device: number
  /** as the phone lists it, which is as it named itself when it was linked */
  name?: string
  noiseKey: Buffer
  identity: Buffer
  linkedAt: number
  prekeys: number
  bundle?: KeyBundle
}
export type Account = { phone: string; name: string; nextDevice: number; devices: Map<number, Device> }

export type WorldEvent =
  | { t: 'person'; phone: string; lid?: false }
  | { t: 'companions'; phone: string; devices: number[] }
  /** The person is reached by another number now; `phone` stays the name that the simulator has for them. */
  | { t: 'number'; phone: string; number: string }
  /** Another way to write the person's number: WhatsApp answers with the number that it has. */
  | { t: 'written'; phone: string; as: string }
  /** WhatsApp takes nothing for this person that is addressed to the number. */
  | { t: 'lidOnly'; phone: string }
  | { t: 'account'; phone: string; name: string; nextDevice: number }
  | { t: 'device'; account: string; device: Device }
  | { t: 'unlinked'; account: string; device: number }
  | { t: 'prekeys'; account: string; device: number; prekeys: number }
  | { t: 'bundle'; account: string; device: number; bundle: KeyBundle }
  | { t: 'issued'; counts: Record<string, number> }
  | { t: 'group'; group: Group }
  | { t: 'installed'; reader: string; installation: number }
  | { t: 'groupEnded'; jid: string }

export class World {
  readonly #people = new Set<string>()
  readonly #lids = new Map<string, string>()
  readonly #companions = new Map<string, number[]>()
  readonly #phonesByLid = new Map<string, string>()
  readonly #numbers = new Map<string, string>()
  readonly #phonesByNumber = new Map<string, string>()
  readonly #written = new Map<string, string>()
  readonly #lidOnly = new Set<string>()
  readonly #issued = new Map<string, number>()
  readonly #installations = new Map<string, number>()
  readonly accounts = new Map<string, Account>()
  readonly groups = new Map<string, Group>()
  readonly #record: (event: WorldEvent) => void

  constructor(record: (event: WorldEvent) => void) {
    this.#record = record
  }

  /** Writes the event down, then lets it be true. */
  change(event: WorldEvent): void {
    this.#record(event)
    this.apply(event)
  }

  apply(event: WorldEvent): void {
    switch (event.t) {
      case 'person':
        this.#people.add(event.phone)
        if (event.lid === false) return
        this.#lids.set(event.phone, lidOf(event.phone))
        this.#phonesByLid.set(lidOf(event.phone), event.phone)
        return
      case 'number':
        this.#phonesByNumber.delete(this.numberOf(event.phone))
        this.#numbers.set(event.phone, event.number)
        this.#phonesByNumber.set(event.number, event.phone)
        return
      case 'written':
        this.#written.set(event.as, event.phone)
        return
      case 'lidOnly':
        this.#lidOnly.add(event.phone)
        return
      case 'companions':
        this.#companions.set(event.phone, event.devices)
        return
      case 'account': {
        const devices = this.accounts.get(event.phone)?.devices ?? new Map<number, Device>()
        const { phone, name, nextDevice } = event
        this.accounts.set(phone, { phone, name, nextDevice, devices })
        return
      }
      case 'device': {
        const account = this.account(event.account)
        account.devices.set(event.device.device, event.device)
        account.nextDevice = Math.max(account.nextDevice, event.device.device + 1)
        return
      }
      case 'unlinked':
        this.account(event.account).devices.delete(event.device)
        return
      case 'prekeys': {
        const device = this.account(event.account).devices.get(event.device)
        if (device) device.prekeys = event.prekeys
        return
      }
      case 'bundle': {
        const device = this.account(event.account).devices.get(event.device)
        if (device) device.bundle = event.bundle
        return
      }
      case 'issued':
        for (const [reader, count] of Object.entries(event.counts)) this.#issued.set(reader, count)
        return
      case 'group':
        this.groups.set(event.group.jid, event.group)
        return
      case 'installed':
        this.#installations.set(event.reader, event.installation)
        return
      case 'groupEnded':
        this.groups.delete(event.jid)
    }
  }

  /** The shortest list of events that makes this world again. */
  snapshot(): WorldEvent[] {
    const events: WorldEvent[] = [...this.#people].map((phone) => ({
      t: 'person',
      phone,
      ...(!this.hasLid(phone) && { lid: false }),
    }))
    for (const [phone, number] of this.#numbers) events.push({ t: 'number', phone, number })
    for (const [as, phone] of this.#written) events.push({ t: 'written', phone, as })
    for (const phone of this.#lidOnly) events.push({ t: 'lidOnly', phone })
    for (const [phone, devices] of this.#companions) events.push({ t: 'companions', phone, devices })
    for (const { phone, name, nextDevice, devices } of this.accounts.values()) {
      events.push({ t: 'account', phone, name, nextDevice })
      for (const device of devices.values()) events.push({ t: 'device', account: phone, device })
    }
    for (const group of this.groups.values()) events.push({ t: 'group', group })
    for (const [reader, installation] of this.#installations)
      events.push({ t: 'installed', reader, installation })
    events.push({ t: 'issued', counts: Object.fromEntries(this.#issued) })
    return events
  }

  get people(): string[] {
    return [...this.#people]
  }

  addPeople(phones: Iterable<string>, { withLid = true } = {}): void {
    for (const phone of new Set(phones))
      if (!this.#people.has(phone)) this.change({ t: 'person', phone, ...(!withLid && { lid: false }) })
  }

  hasLid(phone: string): boolean {
    return this.#lids.has(phone)
  }

  /** WhatsApp gives the person a LID now. */
  giveLid(phone: string): void {
    this.change({ t: 'person', phone })
  }

  /** The number by which WhatsApp knows the person now. */
  numberOf(phone: string): string {
    return this.#numbers.get(phone) ?? phone
  }

  /** Who a number belongs to, in whichever way it is written. */
  personWith(number: string): string | undefined {
    return this.phoneOf(phoneJid(number)) ?? this.#written.get(number)
  }

  isLidOnly(phone: string): boolean {
    return this.#lidOnly.has(phone)
  }

  /** The companions of this person's phone that read messages (WhatsApp Web, a desktop), by their device number. */
  companionsOf(phone: string): number[] {
    return this.#companions.get(phone) ?? []
  }

  /** How often WhatsApp was installed anew on it. */
  installationOf(reader: string): number {
    return this.#installations.get(reader) ?? 0
  }

  get installations(): ReadonlyMap<string, number> {
    return this.#installations
  }

  account(phone: string): Account {
    const account = this.accounts.get(phone)
    if (!account) throw new ControlError(404, `No account ${phone}: create it first (POST /accounts)`)
    return account
  }

  group(jid: string): Group {
    const group = this.groups.get(jid)
    if (!group) throw new ControlError(404, `No group ${jid}: create it first (POST /groups)`)
    return group
  }

  /** The phone number behind a person's JID, whichever way it is addressed. */
  phoneOf(jid: string): string | undefined {
    const decoded = decodeJid(jid)
    if (!decoded) return undefined
    if (decoded.server === 'lid') return this.#phonesByLid.get(decoded.user)
    if (decoded.server !== SERVER) return undefined
    const { user } = decoded
    return (
      this.#phonesByNumber.get(user) ??
      (this.#people.has(user) && !this.#numbers.has(user) ? user : undefined)
    )
  }

  /** One name for a chat: a group's JID, or the phone number's JID of a person. */
  chatOf(jid: string): string {
    const phone = isGroup(jid) ? undefined : this.phoneOf(jid)
    return phone ? phoneJid(phone) : jid
  }

  /** Takes a one-time prekey of each device that reads; no number is ever given out twice. */
  issuePreKeys(readers: string[]): Map<string, number> {
    const counts = new Map(readers.map((reader) => [reader, (this.#issued.get(reader) ?? 0) + 1]))
    this.change({ t: 'issued', counts: Object.fromEntries(counts) })
    return counts
  }
}
