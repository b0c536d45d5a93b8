import { pause } from '../../src/pause.js'
import { untilCopiesSent } from '../shared/copies.js'
import { createScene } from '../shared/scene.js'
import type { CampaignSystem } from '../shared/system.js'
import { allSends, leftovers } from './after.js'
import { drain } from './drain.js'
import { Failovers } from './failover.js'
import { Injector } from './inject.js'
import { judge } from './judge.js'
import { keepBusy } from './load.js'
import type { ChaosOptions } from './options.js'
import { planFaults } from './plan.js'
import { rest } from './rest.js'
import { resultOf, type ChaosResult } from './report.js'

const groupsPerAccount = 6
const membersPerGroup = 2

/** Once nothing is killed any more, everything must be delivered within this and the time it takes at the limit. */
const drainBaseMs = 300_000

/** Faults for a while, then peace, then judgement. */
export async function runCampaign(
  system: CampaignSystem,
  {
    options,
    say,
    tick,
    signal,
  }: {
    options: ChaosOptions
    say: (text: string) => void
    tick: (text: string) => void
    signal: AbortSignal
  },
): Promise<ChaosResult> {
  const { client, whatsapp, journal } = system
  const { seed, ratePerMinute } = options
  say(`Linking ${options.accounts} accounts`)
  const accounts = await createScene(system, {
    accounts: options.accounts,
    groups: groupsPerAccount,
    members: membersPerGroup,
    ratePerMinute,
  })

  const faultsEnd = new AbortController()
  const over = new AbortController()
  const failovers = new Failovers(client.database, journal)
  const watching = failovers.watch(over.signal)
  const injector = new Injector(system, accounts, failovers)
  const loads = accounts.map(
    async (account, index) => await keepBusy(system, { account, index, seed, until: faultsEnd.signal }),
  )
  const loaded = Promise.all(loads)
  loaded.catch(() => faultsEnd.abort())

  say(
    `Faults begin: seed ${seed}, until ${options.until.kind === 'kills' ? `${options.until.kills} kills` : `${options.until.minutes} minutes`} are over`,
  )
  journal.write('faults begin', { seed })
  const startedAt = Date.now()
  const isOver = (atMs: number) =>
    options.until.kind === 'kills'
      ? injector.kills >= options.until.kills
      : atMs >= options.until.minutes * 60_000
  for (const { afterMs, fault, thenRest } of planFaults(seed, options.paceMs)) {
    await pause(afterMs, faultsEnd.signal)
    signal.throwIfAborted()
    if (isOver(Date.now() - startedAt) || faultsEnd.signal.aborted) break
    await injector.inject(fault)
    tick(`${Math.round((Date.now() - startedAt) / 1_000)} s, ${injector.kills} kills; last: ${fault.kind}`)
    if (thenRest) await rest(system, { accounts: accounts.length, signal: faultsEnd.signal })
  }
  faultsEnd.abort()
  const faultsMs = Date.now() - startedAt
  journal.write('faults end', { kills: injector.kills })

  say(`${injector.kills} kills in ${Math.round(faultsMs / 1_000)} s. Bringing everything up`)
  await Promise.all([system.temporal.up(), system.postgres.up()])
  const unused = await whatsapp.faults()
  await whatsapp.clearFaults()
  const expected = (await loaded).flat()
  await injector.settled()
  const backlog = expected.reduce((sum, { parts }) => sum + parts.length, 0)
  const drainMs = drainBaseMs + (Math.min(backlog, 60 * options.accounts) / ratePerMinute) * 60_000
  const drainedFrom = Date.now()
  const undone = await drain(system, { timeoutMs: drainMs, onLeft: (left) => tick(`${left} reminders left`) })
  signal.throwIfAborted()

  say('Asking the recipients, Postgres and Temporal')
  await whatsapp.settled({ timeoutMs: 600_000 })
  await untilCopiesSent(system, { timeoutMs: 600_000 })
  await whatsapp.settled({ timeoutMs: 600_000 })
  const [inboxes, stanzas, sends] = [
    await whatsapp.inboxes(),
    await whatsapp.stanzas(),
    await allSends(system),
  ]
  const left = await leftovers(system)
  over.abort()
  await watching
  const result = resultOf({
    options,
    verdict: judge({
      expected,
      inboxes,
      sends,
      stanzas,
      limits: new Map(accounts.map(({ phone, ratePerMinute }) => [phone, ratePerMinute])),
    }),
    reminders: new Set(expected.map(({ runId }) => runId)).size,
    expectedReads: expected.reduce((sum, { members, parts }) => sum + members.length * parts.length, 0),
    counts: injector.counts,
    missed: injector.missed,
    unusedDrops: unused.length,
    failovers: failovers.all,
    faultsMs,
    drainMs: Date.now() - drainedFrom,
    ownEnds: system.workers.reduce((sum, { ownEnds }) => sum + ownEnds, 0),
    hung: system.workers.reduce((sum, { hung }) => sum + hung, 0),
    undone,
    left,
  })
  journal.write('result', result)
  return result
}
