/**
 * The tokens by which people know who writes to them: each person gives one to each account, and WhatsApp may want it on
 * a message to a person (code 463).
 */
import { randomBytes } from 'node:crypto'
import { ControlError } from './failure.js'
import { lidJid, phoneJid } from './jid.js'
import { child, node, seconds, type BinaryNode } from './node.js'
import { derive } from './signing-key.js'
import type { Switchboard } from './switchboard.js'
import type { World } from './world.js'

export class PrivacyTokens {
  readonly #seed: Buffer
  readonly #world: World
  readonly #switchboard: Switchboard
  readonly #wanted = new Map<string, Set<string>>()

  constructor(seed: Buffer, world: World, switchboard: Switchboard) {
    this.#seed = seed
    this.#world = world
    this.#switchboard = switchboard
  }

  /** What this person has given to the account. */
  of(account: string, person: string): Buffer {
    return derive(this.#seed, `privacy token ${person} for ${account}`)
  }

  /** From now on messages of the account to these people need their tokens. */
  want(account: string, people: string[]): void {
    this.#wanted.set(account, new Set([...(this.#wanted.get(account) ?? []), ...people]))
  }

  mayWrite(account: string, person: string, message: BinaryNode): boolean {
    if (this.#wanted.get(account)?.has(person) !== true) return true
    const token = child(message, 'tctoken')?.content
    return token instanceof Uint8Array && this.of(account, person).equals(token)
  }

  /** This person wrote to the account, or took its number in: it is told the token. */
  give(account: string, person: string): void {
    if (!this.#world.accounts.has(account)) throw new ControlError(404, `No account ${account}`)
    const attrs = {
      from: phoneJid(person),
      sender_lid: lidJid(person),
      id: randomBytes(8).toString('hex'),
      type: 'privacy_token',
      t: seconds(),
    }
    const token = node(
      'token',
      { jid: phoneJid(account), type: 'trusted_contact', t: seconds() },
      this.of(account, person),
    )
    this.#switchboard.deliverToAccount(account, node('notification', attrs, [node('tokens', {}, [token])]))
  }
}
