import { setMaxListeners } from 'node:events'
import { inLanes } from '../../src/in-lanes.js'
import type { ApiProcess } from '../shared/api-processes.js'
import { ask, type HttpAnswer } from '../shared/ask.js'
import { seeded } from '../shared/random.js'
import { countOpenReminders } from '../shared/reminding.js'
import type { CampaignSystem } from '../shared/system.js'
import { callUntilAnswered, noTally, type Calls, type Repeatable, type Tally } from './callers.js'
import { arm, deaths, disarm } from '../deaths/folder.js'
import { startKiller } from './killer.js'
import { createRequests } from './creates.js'
import { factsProblems } from './facts.js'
import { keptRequests } from './kept.js'
import type { IdempotencyOptions } from './options.js'

/** So many different requests are sent at a time, each of them many times at once. */
const lanes = 10
/** More than there are kinds of writes. */
const mostDeaths = 1_000

export type Part = Tally & { kills: number }

export type Proved = {
  creates: Part
  kept: Part
  expected: { reminders: number }
  /** In Postgres, and open in Temporal. */
  reminders: number
  workflows: number
  /** After what an API process has died that had just written it. */
  deaths: string[]
  problems: string[]
}

/** What was heard of one request: the answers of all that sent it. */
type Heard = { request: Repeatable; answers: HttpAnswer[] }

export async function proveIdempotency(
  system: CampaignSystem,
  {
    apis,
    options,
    say,
    signal,
  }: {
    apis: ApiProcess[]
    options: IdempotencyOptions
    say: (text: string) => void
    signal: AbortSignal
  },
): Promise<Proved> {
  // Each caller that waits listens to it.
  setMaxListeners(0, signal)
  const { client } = system
  await client.accounts.add({ id: 'office' })
  const { secret: token } = await client.tokens.create({ name: 'proof', role: 'owner' })
  const random = seeded(options.seed)

  async function part(requests: Repeatable[]): Promise<{ part: Part; heard: Heard[] }> {
    const tally = noTally()
    const inFlight = new Map<ApiProcess, number>()
    const answers = requests.length * options.times
    const killer = startKiller({ apis, inFlight, answers, kills: options.kills, random, signal })
    const calls: Calls = { apis, token, tally, inFlight, onAnswered: killer.onAnswered, signal }
    const heard: Heard[] = []
    await inLanes(requests.values(), {
      lanes,
      work: async (request) => void heard.push(await sendAtOnce(calls, { request, times: options.times })),
    })
    return { part: { ...tally, kills: await killer.done() }, heard }
  }

  const home = system.environment['CARILLON_HOME'] ?? ''
  arm(home, mostDeaths)
  say(`${options.keys} reminders, each created ${options.times} times at once, with ${options.kills} kills`)
  const created = await part(createRequests(options.keys))
  say(
    `${5 * options.kept} other requests, each sent ${options.times} times at once, with ${options.kills} kills`,
  )
  const kept = await part(keptRequests(options.kept))

  disarm(home)
  say('Each once more, to either process')
  const again = [
    ...(await repeat({ apis, token }, created.heard, sameReminder)),
    ...(await repeat({ apis, token }, kept.heard, sameText)),
  ]
  return {
    creates: created.part,
    kept: kept.part,
    expected: { reminders: options.keys },
    ...(await countOpenReminders(system, options.keys)),
    deaths: deaths(home),
    problems: [
      ...disagreements(created.heard, sameReminder),
      ...disagreements(kept.heard, sameText),
      ...again,
      ...(await factsProblems(system, { apis, kept: kept.heard, options })),
    ],
  }
}

async function sendAtOnce(
  calls: Calls,
  { request, times }: { request: Repeatable; times: number },
): Promise<Heard> {
  const answers = await Promise.all(
    Array.from({ length: times }, async (_, first) => await callUntilAnswered(calls, { request, first })),
  )
  return { request, answers: answers.flatMap((answer) => answer ?? []) }
}

/** What must be the same in all answers to one request. */
type Same = (answer: HttpAnswer) => string

/** A reminder was made by one of them, and is there for the others. */
const sameReminder: Same = ({ headers: { etag, location }, text }) => {
  const { key, definition, scheduledAt } = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify({ key, definition, scheduledAt, etag, location })
}
/** Its answer is kept. */
const sameText: Same = ({ status, text }) => `${status} ${text}`

function disagreements(heard: Heard[], same: Same): string[] {
  return heard.flatMap(({ request: { path, key }, answers }) => {
    const different = new Set(answers.map(same)).size
    return different > 1 ? [`${path}, ${key}: ${different} different answers were heard`] : []
  })
}

async function repeat(
  { apis, token }: { apis: ApiProcess[]; token: string },
  heard: Heard[],
  same: Same,
): Promise<string[]> {
  const problems: string[] = []
  for (const { request, answers } of heard) {
    const [first] = answers
    for (const { url } of apis) {
      const { method, path, key, body } = request
      const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key }
      const answer = await ask(`${url}${path}`, { method, headers, body })
      const wrong = request.wrongIn(answer)
      if (wrong !== undefined) problems.push(`${path}, ${key}, sent once more: ${wrong}`)
      else if (first !== undefined && same(first) !== same(answer))
        problems.push(`${path}, ${key}, sent once more: another answer than before`)
    }
  }
  return problems
}
