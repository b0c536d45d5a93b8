/** Who is connected: log-in, replacement of an older socket, and what waits for a device to come back. */
import type { DisconnectHow } from './contract.js'
import { deviceLid } from './jid.js'
import type { Connection, Identified } from './connection.js'
import { Mailboxes } from './mailboxes.js'
import { node, seconds, type BinaryNode } from './node.js'
import type { Faults } from './faults.js'
import type { ClientFinish } from './noise.js'
import type { World } from './world.js'

export class Switchboard {
  readonly #world: World
  readonly #faults: Faults
  readonly #connections = new Set<Connection>()
  readonly #atLogIn = new Map<string, BinaryNode[]>()
  readonly mailboxes = new Mailboxes()

  constructor(world: World, faults: Faults) {
    this.#world = world
    this.#faults = faults
  }

  get size(): number {
    return this.#connections.size
  }

  add(connection: Connection): void {
    this.#connections.add(connection)
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection)
    this.mailboxes.close(connection)
  }

  of(account: string, device?: number): Connection[] {
    return [...this.#connections].filter(
      ({ identified, open }) =>
        open && identified?.account === account && (device === undefined || identified.device === device),
    )
  }

  logIn(connection: Connection, { payload, staticKey }: ClientFinish): void {
    const account = String(payload.username)
    const device = payload.device ?? 0
    const refusal = this.#faults.take('refuseLogIn', { account })
    if (refusal) {
      const { reason, code, expire } = refusal
      const attrs = { reason: String(reason), location: 'simulator' }
      connection.leave(
        node('failure', {
          ...attrs,
          ...(code !== undefined && { code: String(code) }),
          ...(expire !== undefined && { expire: String(expire) }),
        }),
      )
      return
    }
    const linked = this.#world.accounts.get(account)?.devices.get(device)
    if (!linked?.noiseKey.equals(staticKey)) {
      connection.leave(node('failure', { reason: '401', location: 'simulator' }))
      return
    }
    for (const older of this.of(account, device)) older.disconnect('replaced')
    connection.identified = { account, device }
    connection.send(node('success', { t: seconds(), lid: deviceLid(account, device) }))
    for (const told of this.#atLogIn.get(account) ?? []) connection.send(told)
    this.#atLogIn.delete(account)
    this.mailboxes.open(connection, { account, device })
  }

  /** At the next log-in of any device of the account. */
  sendAtLogIn(account: string, sent: BinaryNode): void {
    this.#atLogIn.set(account, [...(this.#atLogIn.get(account) ?? []), sent])
  }

  sendToAccount(account: string, sent: BinaryNode): void {
    for (const connection of this.of(account)) connection.send(sent)
  }

  /** Every account: its connected devices now, or the next log-in. */
  tellAll(sent: BinaryNode): void {
    for (const account of this.#world.accounts.keys())
      if (this.of(account).length > 0) this.sendToAccount(account, sent)
      else this.sendAtLogIn(account, sent)
  }

  /** @returns how many sockets were closed */
  end(account: string, farewell: BinaryNode): number {
    const connections = this.of(account)
    for (const connection of connections) connection.leave(farewell)
    return connections.length
  }

  /** To this device now, and again at each log-in until it says that it has it. */
  deliver(to: Identified, sent: BinaryNode, wasHad?: () => void): void {
    this.mailboxes.keep(to, sent, wasHad)
    for (const connection of this.of(to.account, to.device)) connection.send(sent)
  }

  /** The same, to every linked device of the account, if it is one. */
  deliverToAccount(account: string, sent: BinaryNode): void {
    for (const device of this.#world.accounts.get(account)?.devices.keys() ?? [])
      this.deliver({ account, device }, sent)
  }

  /** @returns how many sockets were closed */
  disconnect(how: DisconnectHow, account?: string, device?: number): number {
    const connections = account === undefined ? [...this.#connections] : this.of(account, device)
    for (const connection of connections) connection.disconnect(how)
    return connections.length
  }
}
