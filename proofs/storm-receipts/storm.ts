import { pollUntil } from '../../src/client/waiting.js'
import { residentBytes } from '../shared/process-memory.js'
import { createAll, untilRemindersEnded, wholeSecondFromNow } from '../shared/reminding.js'
import { createScene, type CampaignAccount } from '../shared/scene.js'
import type { CampaignSystem } from '../shared/system.js'
import type { StormOptions } from './options.js'
import { resultOf, type StormResult } from './report.js'

const large = '120363999000000001@g.us'
/** Between the reminders to the other group. */
const betweenMs = 3_000
const leadMs = 3_000

export async function runStorm(
  system: CampaignSystem,
  { options, say, signal }: { options: StormOptions; say: (text: string) => void; signal: AbortSignal },
): Promise<StormResult> {
  const { phones, reminders, ratePerMinute } = options
  const { whatsapp } = system
  const [account] = await createScene(system, { accounts: 1, groups: 1, members: 2, ratePerMinute })
  if (account === undefined) throw new Error('there is one account')
  const members = Array.from({ length: phones }, (_, index) => String(15_557_000_000 + index))
  await whatsapp.createGroup({ jid: large, subject: 'Everybody', members: [account.phone, ...members] })

  say(`The first message to ${phones} phones, and ${reminders} reminders to another group`)
  await sendToLarge(system, account, { key: 'first', signal })
  await remindOthers(system, account, { key: 'before', reminders, signal })
  await system.whatsapp.settled({ timeoutMs: 600_000 })

  say('WhatsApp is installed anew on each phone; the next message can be read by none of them')
  await whatsapp.reinstall(members)
  await sendToLarge(system, account, { key: 'storm', signal })
  const { isDone } = await pollUntil({
    ask: async () => (await copiesOf(system)).length,
    isDone: (sent) => sent > 0,
    timeoutMs: 600_000,
  })
  if (!isDone) throw new Error('no phone got a copy')
  await remindOthers(system, account, { key: 'meanwhile', reminders, signal })

  say('Until each of them has its copy')
  const leastMs = (60_000 * phones * 4) / ratePerMinute
  await pollUntil({
    ask: async () => {
      signal.throwIfAborted()
      return (await copiesOf(system)).length
    },
    isDone: (sent) => sent >= phones,
    timeoutMs: 120_000 + 5 * leastMs,
    intervalMs: 2_000,
  })
  await system.whatsapp.settled({ timeoutMs: 600_000 })
  const copies = await copiesOf(system)
  const lastMs = Math.max(...copies.map(({ acceptedAt }) => acceptedAt))
  const sent = await whatsapp.stanzas({ account: account.phone })
  const worker = system.workers[0]?.pid
  return resultOf({
    ...options,
    sentMs: sent.map(({ acceptedAt }) => acceptedAt),
    copiesMs: copies.map(({ acceptedAt }) => acceptedAt),
    phonesWithCopy: new Set(copies.map(({ copyFor }) => copyFor)).size,
    read: await countReaders(system, members),
    lateBeforeMs: (await lateness(system, account, 'before')).map(({ lateMs }) => lateMs),
    lateMeanwhileMs: (await lateness(system, account, 'meanwhile')).flatMap(({ lateMs, atMs }) =>
      atMs <= lastMs ? [lateMs] : [],
    ),
    workerMb: worker === undefined ? Number.NaN : residentBytes(worker) / 2 ** 20,
  })
}

async function copiesOf({ whatsapp }: CampaignSystem) {
  return (await whatsapp.stanzas({ chat: large })).filter(({ copyFor }) => copyFor !== undefined)
}

async function sendToLarge(
  system: CampaignSystem,
  account: CampaignAccount,
  { key, signal }: { key: string; signal: AbortSignal },
): Promise<void> {
  const at = wholeSecondFromNow(leadMs)
  const name = `${key}-large`
  await createAll(system, [{ key: name, account: account.id, to: [large], text: key, at, zone: 'UTC' }])
  await untilRemindersEnded(system, { key, count: 1, timeoutMs: 600_000, intervalMs: 500, signal })
}

/** One after the other, each due a while after the one before. */
async function remindOthers(
  system: CampaignSystem,
  { id, groups }: CampaignAccount,
  { key, reminders, signal }: { key: string; reminders: number; signal: AbortSignal },
): Promise<void> {
  const firstMs = Date.parse(wholeSecondFromNow(leadMs + 50 * reminders))
  const inputs = Array.from({ length: reminders }, (_, index) => ({
    key: `${key}-${index}`,
    account: id,
    to: groups.map(({ jid }) => jid),
    text: key,
    at: new Date(firstMs + betweenMs * index).toISOString().replace('.000Z', 'Z'),
    zone: 'UTC',
  }))
  await createAll(system, inputs)
  await untilRemindersEnded(system, {
    key,
    count: reminders,
    timeoutMs: 120_000 + betweenMs * reminders,
    intervalMs: 500,
    signal,
  })
}

/** When each of these reminders was on the wire, and how long after its time. */
async function lateness(
  { client: { database }, whatsapp }: CampaignSystem,
  { phone }: CampaignAccount,
  key: string,
): Promise<{ atMs: number; lateMs: number }[]> {
  const { rows } = await database.query<{ id: string; due: Date }>(
    `select s.message_id as id, r.scheduled_at as due from send s join run r on r.id = s.run_id
     where r.dedupe_key like $1`,
    [`${key}-%`],
  )
  const sent = new Map(
    (await whatsapp.stanzas({ account: phone })).map((stanza) => [stanza.id, stanza.acceptedAt]),
  )
  return rows.flatMap(({ id, due }) => {
    const atMs = sent.get(id)
    return atMs === undefined ? [] : [{ atMs, lateMs: atMs - due.getTime() }]
  })
}

async function countReaders({ whatsapp }: CampaignSystem, members: readonly string[]): Promise<number> {
  let readers = 0
  for (const member of members) {
    const { messages } = await whatsapp.inbox(member)
    if (messages.some(({ chat, text }) => chat === large && text === 'storm')) readers += 1
  }
  return readers
}
