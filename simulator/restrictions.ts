/** What WhatsApp lets an account do: for now, whether it may write to people (the lock on reaching out, code 463). */
import { randomBytes } from 'node:crypto'
import { SERVER } from './jid.js'
import { node, result, seconds, type BinaryNode } from './node.js'
import type { Switchboard } from './switchboard.js'

const REACHOUT_TIMELOCK = '23983697327930364' // WhatsApp Web's id of this query
const ENFORCEMENT = 'RESTRICT_ALL_COMPANIONS'

export class Restrictions {
  readonly #lockedUntilMs = new Map<string, number>()
  readonly #switchboard: Switchboard

  constructor(switchboard: Switchboard) {
    this.#switchboard = switchboard
  }

  mayStartChats(account: string): boolean {
    return (this.#lockedUntilMs.get(account) ?? 0) <= Date.now()
  }

  /** @param told whether the account hears of it at once, as WhatsApp may do or not */
  setLock(account: string, untilMs: number, told: boolean): void {
    this.#lockedUntilMs.set(account, untilMs)
    if (!told) return
    const data = { xwa2_notify_account_reachout_timelock: this.#lock(account) }
    const attrs = { from: SERVER, id: randomBytes(8).toString('hex'), type: 'mex', t: seconds() }
    const content = Buffer.from(JSON.stringify({ data }))
    const update = node('update', { op_name: 'NotificationUserReachoutTimelockUpdate' }, content)
    this.#switchboard.sendToAccount(account, node('notification', attrs, [update]))
  }

  /** The `w:mex` namespace: GraphQL by the id of the query. */
  answer(account: string | undefined, query: BinaryNode, asked: BinaryNode | undefined): BinaryNode {
    if (account === undefined || asked?.attrs.query_id !== REACHOUT_TIMELOCK) return result(query)
    const data = { xwa2_fetch_account_reachout_timelock: this.#lock(account) }
    return result(query, [node('result', {}, Buffer.from(JSON.stringify({ data })))])
  }

  #lock(account: string) {
    const isActive = !this.mayStartChats(account)
    const ends = isActive ? Math.ceil((this.#lockedUntilMs.get(account) ?? 0) / 1_000) : 0
    return { is_active: isActive, time_enforcement_ends: String(ends), enforcement_type: ENFORCEMENT }
  }
}
