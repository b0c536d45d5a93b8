import { pause } from '../../src/pause.js'
import { pollUntil } from '../../src/client/waiting.js'
import { allSends, leftovers } from '../chaos/after.js'
import { drain } from '../chaos/drain.js'
import { judge, type Expected } from '../chaos/judge.js'
import { untilCopiesSent } from '../shared/copies.js'
import { countOpen, reminderOf } from '../shared/reminding.js'
import { createScene, type CampaignAccount } from '../shared/scene.js'
import type { CampaignSystem } from '../shared/system.js'
import type { SoakOptions } from './options.js'
import { resultOf, type SoakResult } from './report.js'
import { createSampler, type Sample } from './samples.js'
import { fewestSamples, trendsOf } from './trend.js'

const shape = { groups: 4, members: 2 }
const parts = 2

// A machine that is too busy for the pace gets fewer reminders, and no backlog: that would look like a leak.
const openAtOnce = 2
const catchUpMs = 600_000

/** Sends at a steady pace and samples; then judges the trend and asks the recipients. */
export async function runSoak(
  system: CampaignSystem,
  {
    options,
    inspectorPorts,
    say,
    signal,
  }: {
    options: Omit<SoakOptions, 'home' | 'isJson'>
    inspectorPorts: number[]
    say: (text: string) => void
    signal: AbortSignal
  },
): Promise<{ result: SoakResult; evidence: string[]; samples: Sample[] }> {
  const { whatsapp, journal } = system
  const { seconds, everyMs, sampleMs, workers } = options
  // A quarter more than what is sent: steady, and not held up by the limit.
  const ratePerMinute = Math.ceil((1.25 * 60_000 * shape.groups * parts) / everyMs)
  say(`Linking ${options.accounts} accounts`)
  const accounts = await createScene(system, { accounts: options.accounts, ...shape, ratePerMinute })
  const sampler = await createSampler(system, { accounts, inspectorPorts })
  const over = new AbortController()
  const until = AbortSignal.any([over.signal, signal])

  say(
    `Sending for ${seconds} s: each account a reminder to ${shape.groups} groups every ${everyMs / 1_000} s`,
  )
  const sending = Promise.all(
    accounts.map(async (account, index) => {
      // Spread over the interval.
      await pause((everyMs * index) / accounts.length, until)
      return await sendSteadily(system, { account, everyMs, until })
    }),
  )
  sending.catch(() => over.abort())
  // Before the first reminders are through, there is nothing to see: on a busy machine that takes a while.
  await pollUntil({
    ask: async () => await countEnded(system),
    isDone: (ended) => ended >= accounts.length,
    timeoutMs: catchUpMs,
    signal: until,
  })
  const samples: Sample[] = []
  const endMs = Date.now() + seconds * 1_000
  while ((Date.now() < endMs || samples.length < fewestSamples) && !until.aborted) {
    await pause(sampleMs, until)
    const sample = await sampler.take()
    samples.push(sample)
    journal.write('sample', sample)
    say(sampleText(sample))
  }
  over.abort()
  signal.throwIfAborted()
  const expected = (await sending).flat()
  sampler.close()

  say('Asking the recipients')
  const undone = await drain(system, { timeoutMs: 180_000, onLeft: () => undefined })
  await whatsapp.settled({ timeoutMs: 300_000 })
  await untilCopiesSent(system, { timeoutMs: 300_000 })
  await whatsapp.settled({ timeoutMs: 300_000 })
  const [inboxes, stanzas, sends] = [
    await whatsapp.inboxes(),
    await whatsapp.stanzas(),
    await allSends(system),
  ]
  const left = await leftovers(system)
  const ends = system.workers
    .filter(({ ownEnds }) => ownEnds > 0)
    .map(({ name }) => `${name} ended by itself`)
  const verdict = judge({
    expected,
    inboxes,
    sends,
    stanzas,
    limits: new Map(accounts.map(({ phone, ratePerMinute }) => [phone, ratePerMinute])),
  })
  const result = resultOf({
    seconds,
    accounts: accounts.length,
    workers,
    samples: samples.length,
    reminders: new Set(expected.map(({ runId }) => runId)).size,
    expectedReads: expected.reduce((sum, { members, parts }) => sum + members.length * parts.length, 0),
    problems: undone.length + left.length + ends.length,
    trends: trendsOf(samples),
    verdict,
  })
  journal.write('result', result)
  return { result, evidence: [...undone, ...left, ...ends, ...verdict.evidence], samples }
}

async function sendSteadily(
  { client }: CampaignSystem,
  { account, everyMs, until }: { account: CampaignAccount; everyMs: number; until: AbortSignal },
): Promise<Expected[]> {
  const expected: Expected[] = []
  const groups = account.groups.map((_, index) => index)
  for (let number = 1, nextAt = Date.now(); !until.aborted; number++) {
    const key = `soak-${account.id}-${number}`
    const made = reminderOf(account, { key, groups, hasImage: number % 4 === 0, dueInMs: 500 })
    await client.reminders.create(made.input)
    expected.push(...made.expected)
    nextAt += everyMs
    await pollUntil({
      ask: async () => await countOpen(client, account.id),
      isDone: (open) => open < openAtOnce,
      timeoutMs: catchUpMs,
      signal: until,
    })
    await pause(Math.max(0, nextAt - Date.now()), until)
  }
  return expected
}

async function countEnded({ client }: CampaignSystem): Promise<number> {
  const { rows } = await client.database.query<{ ended: number }>(
    `select count(*) as ended from reminder where ended_at is not null`,
  )
  return rows[0]?.ended ?? 0
}

function sampleText({ atMs, values }: Sample): string {
  const shown = Object.entries(values).map(([metric, value]) => `${metric} ${Math.round(value * 10) / 10}`)
  return `${String(Math.round(atMs / 1_000)).padStart(5)} s  ${shown.join(', ')}`
}
