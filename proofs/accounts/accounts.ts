import { pause } from '../../src/pause.js'
import { residentBytes } from '../shared/process-memory.js'
import { msForEach, processorSecondsOfAll } from '../shared/processor-time.js'
import { createAll, dueOnceCreated, untilRemindersEnded } from '../shared/reminding.js'
import { createScene } from '../shared/scene.js'
import { shareOfLimit } from '../shared/share-of-limit.js'
import type { CampaignSystem } from '../shared/system.js'
import type { AccountsOptions } from './options.js'
import { resultOf, type AccountsResult } from './report.js'

const text = 'The library is open until six'
/** From when the last account is linked until nothing of it is under way, and how long nothing is then. */
const [settleMs, idleMs] = [5_000, 15_000]

/** Every account sends to all of its groups, again and again, as fast as its limit lets it. */
export async function runAccounts(
  system: CampaignSystem,
  { options, say, signal }: { options: AccountsOptions; say: (text: string) => void; signal: AbortSignal },
): Promise<AccountsResult> {
  const { accounts, groups, reminders, ratePerMinute } = options
  const { whatsapp } = system
  say(`Linking ${accounts} accounts with ${groups} groups each`)
  await whatsapp.countOnly()
  const scene = await createScene(system, { accounts, groups, members: 2, ratePerMinute })

  await pause(settleMs, signal)
  const idleBefore = processorSecondsOfAll(system)
  await pause(idleMs, signal)
  const idle = msForEach(idleBefore, processorSecondsOfAll(system), idleMs / 1_000)

  const perAccount = reminders * groups
  say(`${reminders} reminders of each account, ${perAccount * accounts} messages in all`)
  const at = dueOnceCreated(reminders * accounts)
  const inputs = scene.flatMap((account) =>
    Array.from({ length: reminders }, (_, index) => ({
      key: `busy-${account.id}-${index}`,
      account: account.id,
      to: 'all groups',
      text,
      at,
      zone: 'UTC',
      deliverWithin: '24h',
    })),
  )
  await createAll(system, inputs)
  if (Date.now() >= Date.parse(at)) throw new Error('the reminders were due before all were created')
  const before = processorSecondsOfAll(system)
  const beganMs = Date.now()
  // At its limit an account needs this long; a machine that is too slow may need ten times that.
  const leastMs = (60_000 * perAccount) / ratePerMinute
  await untilRemindersEnded(system, {
    key: 'busy',
    count: inputs.length,
    timeoutMs: 60_000 + Date.parse(at) - beganMs + 10 * leastMs,
    intervalMs: 2_000,
    signal,
  })
  const after = processorSecondsOfAll(system)
  const sent = await Promise.all(
    scene.map(async ({ phone }) =>
      (await whatsapp.stanzas({ account: phone })).map(({ acceptedAt }) => acceptedAt),
    ),
  )
  const worker = system.workers[0]?.pid
  return resultOf({
    ...options,
    shares: sent.map((times) => shareOfLimit(times, ratePerMinute)),
    sent: sent.reduce((sum, times) => sum + times.length, 0),
    duplicates: (await whatsapp.stats()).duplicates,
    cpuMs: msForEach(before, after, perAccount * accounts),
    idle,
    workerMb: worker === undefined ? Number.NaN : residentBytes(worker) / 2 ** 20,
  })
}
