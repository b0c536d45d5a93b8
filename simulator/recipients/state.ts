/**
 * The recipients' memory: key state and what was read. Everything that one stanza changes is one journal line, so
 * after a kill a stanza has happened entirely or not at all, and is never applied twice.
 */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Journal, readJournal } from '../journal.js'
import { createPhoneKeys, type PhoneKeys } from '../phone-keys.js'
import type { KeyChanges } from './key-store.js'
import type { Delivery } from './messages.js'
import { Phone } from './phone.js'

type Entry = {
  keys?: { [reader: string]: KeyChanges }
  delivery?: Delivery
  installed?: { [reader: string]: number }
}

const FILE = /^recipients\.(\d+)\.jsonl$/
const COMPACT_ABOVE_BYTES = 64 * 1024 * 1024

export class RecipientsState {
  readonly #stateDir: string
  readonly #keysOf: (reader: string) => PhoneKeys
  readonly #phones = new Map<string, Phone>()
  readonly #installations = new Map<string, number>()
  readonly deliveries: Delivery[] = []
  lastOrder = 0
  #generation = 0
  #journal: Journal<Entry>
  #compactAt = COMPACT_ABOVE_BYTES

  constructor(stateDir: string, seed: Buffer) {
    this.#stateDir = stateDir
    this.#keysOf = createPhoneKeys(seed, (reader) => this.#installations.get(reader) ?? 0)
    const generations = readdirSync(stateDir).flatMap((name) => FILE.exec(name)?.[1] ?? [])
    for (const generation of generations.map(Number).sort((a, b) => a - b)) {
      // A newer file replaces the older ones; these are left only when the process died in between.
      this.#phones.clear()
      this.#installations.clear()
      this.deliveries.length = 0
      this.#generation = generation
      for (const entry of readJournal<Entry>(this.#path)) this.#apply(entry)
    }
    this.#journal = this.#rewrite()
  }

  reader(name: string): Phone {
    const known = this.#phones.get(name)
    if (known) return known
    const phone = new Phone(this.#keysOf(name))
    this.#phones.set(name, phone)
    return phone
  }

  /** What the phone knew is gone: sessions, keys of groups, and its own keys. */
  reinstall(name: string, installation: number): void {
    if (installation <= (this.#installations.get(name) ?? 0)) return
    const entry: Entry = { installed: { [name]: installation } }
    this.#append(entry)
    this.#apply(entry)
  }

  /** This phone has written something: what that changed in its keys. */
  wrote(name: string): void {
    const changes = this.reader(name).store.takeChanges()
    if (changes) this.#append({ keys: { [name]: changes } })
  }

  done(delivery: Delivery): void {
    const keys: { [reader: string]: KeyChanges } = {}
    for (const { recipient } of delivery.readings) {
      const changes = this.reader(recipient).store.takeChanges()
      if (changes) keys[recipient] = changes
    }
    // Before the line: a rewrite that it brings about has to have it.
    this.#remember(delivery)
    this.#append({ keys, delivery })
  }

  #append(entry: Entry): void {
    this.#journal.append(entry)
    if (this.#journal.bytes < this.#compactAt) return
    this.#journal.close()
    this.#journal = this.#rewrite()
    this.#compactAt = Math.max(COMPACT_ABOVE_BYTES, 3 * this.#journal.bytes)
  }

  #apply({ keys, delivery, installed }: Entry): void {
    for (const [name, installation] of Object.entries(installed ?? {})) {
      this.#installations.set(name, installation)
      this.#phones.delete(name)
    }
    for (const [name, changes] of Object.entries(keys ?? {})) this.reader(name).store.restore(changes)
    if (delivery) this.#remember(delivery)
  }

  #remember(delivery: Delivery): void {
    this.deliveries.push(delivery)
    this.lastOrder = delivery.order
  }

  /** A new generation, so that a predecessor that is still dying writes to a file that nobody reads again. */
  #rewrite(): Journal<Entry> {
    const old = this.#generation > 0 ? this.#path : undefined
    this.#generation += 1
    const keys = [...this.#phones].map(([name, phone]) => ({ keys: { [name]: phone.store.snapshot() } }))
    const journal = Journal.create<Entry>(this.#path, [
      { installed: Object.fromEntries(this.#installations) },
      ...keys,
      ...this.deliveries.map((delivery) => ({ delivery })),
    ])
    if (old !== undefined) rmSync(old, { force: true })
    return journal
  }

  get #path(): string {
    return join(this.#stateDir, `recipients.${this.#generation}.jsonl`)
  }
}
