import type { SimulatorClient } from '../../simulator/client.js'
import { seeded } from '../../proofs/shared/random.js'
import type { Message } from './figures.js'
import { countsOf, type Workload } from './options.js'

// 555: they belong to nobody. All groups share their members, for what these cost is not what is measured.
const firstPhone = 15_550_100_000
const countingMembers = ['15552900001', '15552900002']
/** Of the groups of P3, whose members decrypt; what they would have been sent meanwhile, they would lack. */
export const readingMembers = ['15552900003', '15552900004']

const inFlight = 20
const minuteMs = 60_000

/** Stanzas are counted, or members decrypt what they get and read it. */
export type GroupKind = 'counted' | 'read'
export type Account = { phone: string; jids: Record<GroupKind, string[]> }

/** The accounts of one bot, and their groups: as many as there are messages of a workload. */
export class Scene {
  readonly accounts: Account[]
  readonly #counts: Record<Workload, number>

  constructor(
    family: number,
    { accounts, messages, workloads }: { accounts: number; messages: number; workloads: readonly Workload[] },
  ) {
    this.#counts = countsOf({ messages })
    const has = (workload: Workload) => (workloads.includes(workload) ? this.#counts[workload] : 0)
    const counted = Math.max(has('p1'), has('p2'))
    this.accounts = Array.from({ length: accounts }, (_, index) => {
      const ofThis = (count: number, first: number) =>
        Array.from({ length: count }, (_, group) => group)
          .filter((group) => group % accounts === index)
          .map((group) => `120363${String(1_000_000 * family + first + group).padStart(12, '0')}@g.us`)
      return {
        phone: String(firstPhone + 100 * family + index),
        jids: { counted: ofThis(counted, 0), read: ofThis(has('p3'), 500_000) },
      }
    })
  }

  get phones(): string[] {
    return this.accounts.map(({ phone }) => phone)
  }

  async make(whatsapp: SimulatorClient): Promise<void> {
    for (const phone of this.phones) await whatsapp.createAccount({ phone })
    const groups = this.accounts.flatMap(({ phone, jids }) => [
      ...jids.counted.map((jid) => ({ jid, members: [phone, ...countingMembers] })),
      ...jids.read.map((jid) => ({ jid, members: [phone, ...readingMembers] })),
    ])
    const left = groups.entries()
    const lane = async () => {
      for (const [index, group] of left)
        await whatsapp.createGroup({ subject: `Class ${index + 1}`, ...group })
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
  }

  /** One message to each group, the accounts in turn. */
  messages(
    workload: Workload,
    { key, dueMs, seed }: { key: string; dueMs: number; seed: number },
  ): Message[] {
    const { accounts } = this
    const random = seeded(seed)
    return Array.from({ length: this.#counts[workload] }, (_, index) => {
      const account = accounts[index % accounts.length]
      const jid = account?.jids[workload === 'p3' ? 'read' : 'counted'][Math.floor(index / accounts.length)]
      if (!account || jid === undefined) throw new Error(`no group for message ${index + 1} of ${workload}`)
      const id = `${key}-${index}`
      const offsetMs = workload === 'p1' ? random.between(0, minuteMs) : 0
      return { id, phone: account.phone, jid, text: `Reminder ${id}`, dueMs: dueMs + offsetMs }
    })
  }

  /** One to every group of a kind. */
  warmUp(kind: GroupKind): Message[] {
    return this.accounts.flatMap(({ phone, jids }) =>
      jids[kind].map((jid, index) => ({
        id: `warm-${kind}-${phone}-${index}`,
        phone,
        jid,
        text: 'Good morning',
        dueMs: 0,
      })),
    )
  }
}
