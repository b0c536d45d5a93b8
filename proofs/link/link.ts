import { pollUntil } from '../../src/client/waiting.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { isFinalRun } from '../../src/domain/states.js'
import { countStatements, statementsSince, totalOf } from '../shared/count-statements.js'
import { residentBytes } from '../shared/process-memory.js'
import { wholeSecondFromNow } from '../shared/reminding.js'
import { operator, type CampaignSystem } from '../shared/system.js'
import type { LinkOptions } from './options.js'
import { resultOf, type LinkResult } from './report.js'

const accountId = 'office'
const phone = '15550006001'
const neighbour = '15552960001'
const megabyte = 2 ** 20
const sampleMs = 100
const patienceMs = 600_000
const lookMs = 250
/** More than the machine can do. */
const ratePerMinute = 100_000
const inFlight = 20
const closedAs = ['adminsOnly', 'community', 'suspended'] as const

type Parts = { options: LinkOptions; inspectorPort: number; say: (text: string) => void; signal: AbortSignal }

export async function runLink(
  system: CampaignSystem,
  { options, inspectorPort, say, signal }: Parts,
): Promise<LinkResult> {
  const { client, whatsapp } = system
  const { groups, contacts, historyMb } = options
  say(`Making ${groups} groups`)
  await whatsapp.countOnly()
  await whatsapp.createAccount({ phone })
  const open = await makeGroups(system, groups)
  const people = Array.from({ length: contacts }, (_, index) => String(15_553_000_000 + index))
  // The last one never gave a token.
  const [stranger = '', friend = ''] = [people.at(-1), people[0]]
  await whatsapp.wantTokens({ account: phone, people })

  say('Linking the account')
  await client.accounts.add({ id: accountId, ratePerMinute })
  const before = mbOf(system)
  const statementsBefore = await countStatements(inspectorPort)
  const scannedMs = await link(system)
  const since = () => (performance.now() - scannedMs) / 1_000
  const connected = since()
  const linked = mbOf(system)
  const watch = watchMemory(system)

  say(`The phone hands over ${contacts} chats, ${historyMb} MB`)
  const handingOver = handOver(system, { people: people.slice(0, -1), historyMb })
  const firstSend = sendOne(system, { key: 'first', to: open[0] ?? '', signal }).then(since)
  const groupsKnown = untilCounted(system, 'account_group', groups).then(since)
  const [encryptedBytes, firstSendAt, groupsAt] = await Promise.all([handingOver, firstSend, groupsKnown])
  await untilCounted(system, tokenRows, contacts - 1)
  const tokensAt = since()
  const most = watch.stop()
  const statements = totalOf(statementsSince(statementsBefore, await countStatements(inspectorPort)))
  const rows = {
    keys: await countOf(system, 'auth_key'),
    tokens: await countOf(system, tokenRows),
    groups: await countOf(system, 'account_group'),
  }

  say('To a contact of before, and to one who never gave a token')
  const toFriend = await sendOne(system, { key: 'friend', to: `+${friend}`, signal })
  const toStranger = await sendOne(system, { key: 'stranger', to: `+${stranger}`, signal })

  say('To all groups')
  await sendOne(system, { key: 'all', to: 'all groups', signal })
  const chats = (await whatsapp.chats()).filter(({ chat }) => chat.endsWith('@g.us'))
  const mayBeWrittenTo = new Set(open)
  return resultOf({
    groups,
    contacts,
    historyMb,
    encryptedMb: encryptedBytes / megabyte,
    secondsTo: { connected, groups: groupsAt, firstSend: firstSendAt, tokens: tokensAt },
    workerMb: { before, linked, most },
    rows,
    statements,
    contactReached: toFriend === 'completed',
    strangerRefused: toStranger === 'failed',
    all: {
      expected: open.length,
      reached: chats.filter(({ chat }) => mayBeWrittenTo.has(chat)).length,
      besides: chats.filter(({ chat }) => !mayBeWrittenTo.has(chat)).length,
      duplicates: (await whatsapp.stats()).duplicates,
    },
  })
}

/** @returns those that the account may write to */
async function makeGroups({ whatsapp }: CampaignSystem, groups: number): Promise<string[]> {
  const open: string[] = []
  let next = 0
  const lane = async () => {
    while (next < groups) {
      const index = next++
      const jid = `120363${String(2_000_000 + index).padStart(12, '0')}@g.us`
      const closed = index % 10 === 9 ? (closedAs[Math.floor(index / 10) % closedAs.length] ?? 'no') : 'no'
      if (closed === 'no') open.push(jid)
      await whatsapp.createGroup({
        jid,
        subject: `Class ${index + 1}`,
        members: [phone, neighbour],
        admins: [neighbour],
        closed,
      })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return open
}

/** @returns when the code was scanned */
async function link({ client, whatsapp }: CampaignSystem): Promise<number> {
  let scannedMs: number | undefined
  const scan = async (qr: string) => {
    if (scannedMs !== undefined) return
    scannedMs = performance.now()
    await whatsapp.scanQr({ account: phone, qr })
  }
  let scanning: Promise<void> = Promise.resolve()
  const result = await client.accounts.pair({
    id: accountId,
    method: 'qr',
    timeoutMs: patienceMs,
    onChallenge: ({ challenge }) => {
      scanning = scan(challenge)
    },
  })
  await scanning
  if (result.kind !== 'connected' || scannedMs === undefined)
    throw new Error(`the account could not be linked: ${JSON.stringify(result)}`)
  return scannedMs
}

/** As a phone does: first the chats of the last days, then the others in parts, its names, and the keys of its settings. */
async function handOver(
  { whatsapp }: CampaignSystem,
  { people, historyMb }: { people: string[]; historyMb: number },
): Promise<number> {
  const recently = Math.ceil(people.length / 10)
  const bytes = historyMb * 1_000_000
  const first = await whatsapp.sendHistory({
    account: phone,
    type: 'INITIAL_BOOTSTRAP',
    contacts: people.slice(0, recently),
    bytes: Math.floor(bytes / 10),
  })
  await whatsapp.sendHistory({ account: phone, type: 'PUSH_NAME', contacts: people })
  await whatsapp.shareAppStateKey(phone)
  await whatsapp.changeAppState({ account: phone, collection: 'regular_low', patches: 50, bytes: 1_000 })
  const rest = await whatsapp.sendHistory({
    account: phone,
    type: 'RECENT',
    contacts: people.slice(recently),
    bytes: Math.floor((9 * bytes) / 10),
    chunks: 9,
  })
  return first.encryptedBytes + rest.encryptedBytes
}

/** @returns the state in which the run ended */
async function sendOne(
  { client }: CampaignSystem,
  { key, to, signal }: { key: string; to: string; signal: AbortSignal },
): Promise<string> {
  const at = wholeSecondFromNow(1_000)
  await client.reminders.create({
    key,
    account: accountId,
    to,
    text: 'The library is open until six',
    at,
    zone: 'UTC',
    deliverWithin: '4h',
  })
  const runId = runWorkflowId(operator, key, at)
  let state = ''
  const { isDone } = await pollUntil({
    ask: async () => {
      signal.throwIfAborted()
      const { rows } = await client.database.query<{ state: string }>('select state from run where id = $1', [
        runId,
      ])
      return rows[0]?.state
    },
    isDone: (now) => {
      state = now ?? ''
      return now !== undefined && isFinalRun(now as Parameters<typeof isFinalRun>[0])
    },
    timeoutMs: patienceMs,
  })
  if (!isDone) throw new Error(`the run of ${key} is ${state} after ${patienceMs} ms`)
  return state
}

const tokenRows = "auth_key where category = 'tctoken' and id like '%@%'"

async function countOf({ client }: CampaignSystem, what: string): Promise<number> {
  const { rows } = await client.database.query<{ n: number }>(`select count(*)::int as n from ${what}`)
  return rows[0]?.n ?? 0
}

async function untilCounted(system: CampaignSystem, what: string, count: number): Promise<void> {
  const { isDone } = await pollUntil({
    ask: () => countOf(system, what),
    isDone: (now) => now >= count,
    timeoutMs: patienceMs,
    intervalMs: lookMs,
  })
  if (!isDone) throw new Error(`${await countOf(system, what)} of ${count} (${what})`)
}

function mbOf({ workers: [worker] }: CampaignSystem): number {
  if (!worker) throw new Error('there is no worker')
  return residentBytes(worker.pid) / megabyte
}

function watchMemory(system: CampaignSystem): { stop: () => number } {
  let most = mbOf(system)
  const timer = setInterval(() => {
    most = Math.max(most, mbOf(system))
  }, sampleMs)
  return {
    stop() {
      clearInterval(timer)
      return Math.max(most, mbOf(system))
    },
  }
}
