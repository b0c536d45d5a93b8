import { afterAll, beforeAll, expect, test } from 'vitest'
import { mostInAnyWindow } from '../../proofs/shared/most-in-any-window.js'
import type { Stanza } from '../../simulator/client.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, ledgerOf, remind, shownIn, type Reminded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { killOwner } from '../support/workers.js'

const office = { id: 'office', phone: '15550013001', ratePerMinute: 100 }
const branch = { id: 'branch', phone: '15550013002' }
const slowMs = 300_000
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount(office)
  await system.pairAccount(branch)
})
afterAll(() => system.close())

const messageOf = async (reminded: Reminded) => (await ledgerOf(system, reminded))[0]?.messageId ?? ''

async function copiesOf(messageId: string): Promise<Stanza[]> {
  const stanzas = await system.whatsapp.stanzas({ messageId })
  return stanzas.filter(({ copyFor }) => copyFor !== undefined)
}

async function sentTo(account: string, key: string, groups: TestGroup[]): Promise<Reminded> {
  const reminded = await remind(system, { key, account, groups, texts: [key] })
  await expectDeliveredOnce(system, reminded)
  return reminded
}

async function areAsked(account: { phone: string }, chat: string, messageId: string, recipients: string[]) {
  const asked = (await system.whatsapp.stats()).retryReceipts
  await system.whatsapp.askAgain({ account: account.phone, chat, messageId, recipients })
  await eventually(async () =>
    expect((await system.whatsapp.stats()).retryReceipts).toBe(asked + recipients.length),
  )
}

const wanted = async (account: string) => {
  const { rows } = await system.database.query(
    'select from copy_request where account_id = $1 and is_wanted',
    [account],
  )
  return rows.length
}

test(
  'a storm of receipts stays within its share of the limit, and holds up no reminder to another chat',
  async () => {
    const [large, ...others] = await system.createGroups({ phone: office.phone, groups: 31, members: 1 })
    if (large === undefined) throw new Error('there is a group')
    const members = Array.from({ length: 40 }, (_, index) => String(15_553_001_000 + index))
    await system.whatsapp.addMembers({ jid: large.jid, members })
    await sentTo('office', 'before', [large])
    // Each of them lost its sessions and the group's key: none can read the next message, and each asks for it.
    const askedBefore = (await system.whatsapp.stats()).retryReceipts
    await system.whatsapp.reinstall(members)
    const unreadable = await remind(system, {
      key: 'unreadable',
      account: 'office',
      groups: [large],
      texts: ['unreadable'],
    })
    await eventually(async () => expect(await wanted('office')).toBeGreaterThan(0))
    await sentTo('office', 'meanwhile', others)
    const id = await messageOf(unreadable)
    // Thirty reminders went out and the storm is not over.
    expect((await copiesOf(id)).length).toBeLessThan(members.length)
    await eventually(
      async () => {
        for (const member of members) {
          const { messages, undecryptable } = await system.whatsapp.inbox(member)
          expect(undecryptable).toEqual([])
          expect(shownIn(messages, large.jid)).toEqual(['before', 'unreadable'])
        }
      },
      { timeoutMs: 180_000 },
    )
    const copiesFor = (await copiesOf(id)).map(({ copyFor }) => copyFor)
    expect(new Set(copiesFor)).toEqual(new Set(members))
    // None that was not asked for.
    const asked = (await system.whatsapp.stats()).retryReceipts - askedBefore
    expect(copiesFor.length).toBeLessThanOrEqual(asked)
    const all = (await system.whatsapp.stanzas({ account: office.phone })).map(({ acceptedAt }) => acceptedAt)
    expect(mostInAnyWindow(all, 59_999)).toBeLessThanOrEqual(office.ratePerMinute)
    const copies = (await copiesOf(id)).map(({ acceptedAt }) => acceptedAt)
    expect(mostInAnyWindow(copies, 59_999)).toBeLessThanOrEqual(office.ratePerMinute / 4)
  },
  slowMs,
)

test(
  'while the account is paused no copy leaves; what was asked for goes when it is resumed',
  async () => {
    const [group] = await system.createGroups({ phone: branch.phone, groups: 1, members: 2 })
    const { jid = '', members = [] } = group ?? {}
    const reminded = await sentTo('branch', 'paused', [{ jid, members }])
    const id = await messageOf(reminded)
    await system.client.accounts.pauseSends('branch')
    await areAsked(branch, jid, id, members)
    await eventually(async () => expect(await wanted('branch')).toBe(2))
    // It looks every five seconds.
    await new Promise((resolve) => setTimeout(resolve, 7_000))
    expect(await copiesOf(id)).toEqual([])
    await system.client.accounts.resumeSends('branch')
    await eventually(async () => expect(await copiesOf(id)).toHaveLength(2))
    await eventually(async () => expect(await wanted('branch')).toBe(0))
  },
  slowMs,
)

test(
  'what was asked for outlives the process',
  async () => {
    const [group] = await system.createGroups({ phone: branch.phone, groups: 1, members: 2 })
    const { jid = '', members = [] } = group ?? {}
    const reminded = await sentTo('branch', 'killed', [{ jid, members }])
    const id = await messageOf(reminded)
    await system.client.accounts.pauseSends('branch')
    await areAsked(branch, jid, id, members)
    await eventually(async () => expect(await wanted('branch')).toBe(2))
    await killOwner(system, 'branch')
    await system.startWorker()
    await system.client.accounts.resumeSends('branch')
    await eventually(async () => expect(await copiesOf(id)).toHaveLength(2), { timeoutMs: 120_000 })
  },
  slowMs,
)
