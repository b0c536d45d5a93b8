import type { Inbox } from '../../simulator/client.js'
import { allSends, heldUp } from '../chaos/after.js'
import { pollUntil } from '../../src/client/waiting.js'
import { describeLeft, whatIsLeft } from '../chaos/drain.js'
import { judge, type Expected } from '../chaos/judge.js'
import { untilCopiesSent } from '../shared/copies.js'
import { createScene } from '../shared/scene.js'
import type { CampaignSystem } from '../shared/system.js'
import { arm, deaths } from './folder.js'
import { canceledPrefix, oneRound } from './operator.js'
import { resultOf, type DeathsResult } from './report.js'

// Not what is tried here.
const ratePerMinute = 6_000
// What is done again after its task was lost begins ten seconds later, and another may die of it.
const drainMs = 300_000

/** Rounds of everything that an operator does, until one in which nobody dies; then judgement. */
export async function runCampaign(
  system: CampaignSystem,
  {
    home,
    rounds,
    most,
    say,
    signal,
  }: {
    home: string
    rounds: number
    /** Deaths. */ most: number
    say: (text: string) => void
    signal: AbortSignal
  },
): Promise<DeathsResult> {
  const { whatsapp, journal } = system
  say('Linking the account')
  const [account] = await createScene(system, { accounts: 1, groups: 6, members: 2, ratePerMinute })
  if (!account) throw new Error('there is no account')
  const startedAt = Date.now()
  arm(home, most)
  const expected: Expected[] = []
  const undone: string[] = []
  let died = 0
  let isQuiet = false
  let round = 0
  for (;;) {
    round += 1
    say(`Round ${round}: ${died} have died so far`)
    journal.write('round begins', { round })
    const asked = await oneRound(system, { account, round })
    expected.push(...asked.expected)
    undone.push(...asked.problems, ...(await untilOver(system)))
    signal.throwIfAborted()
    const before = died
    died = deaths(home).length
    isQuiet = died === before && died < most
    if (died === before || round === rounds || undone.length > 0) break
  }

  say('Asking the recipients, Postgres and Temporal')
  await whatsapp.settled({ timeoutMs: 600_000 })
  await untilCopiesSent(system, { timeoutMs: 600_000 })
  await whatsapp.settled({ timeoutMs: 600_000 })
  const inboxes = await whatsapp.inboxes()
  const isAsked = new Set(expected.map(({ runId }) => runId))
  const result = resultOf({
    rounds: round,
    isQuiet,
    deaths: deaths(home),
    // All that is canceled on the way is judged apart.
    verdict: judge({
      expected,
      inboxes: inboxes.map((inbox) => part(inbox, false)),
      sends: (await allSends(system)).filter(({ runId }) => isAsked.has(runId)),
      stanzas: await whatsapp.stanzas(),
      limits: new Map(),
    }),
    readTwice: inboxes.flatMap((inbox) => readTwice(part(inbox, true))),
    expectedReads: expected.reduce((sum, { members, parts }) => sum + members.length * parts.length, 0),
    undone,
    left: await heldUp(system),
    durationMs: Date.now() - startedAt,
  })
  journal.write('result', result)
  return result
}

/** What the operator paused he has resumed: nobody does it for him. */
async function untilOver(system: CampaignSystem): Promise<string[]> {
  const { answer } = await pollUntil({
    ask: async () => await whatIsLeft(system),
    isDone: (left) => left.length === 0,
    timeoutMs: drainMs,
  })
  return answer.map(describeLeft)
}

function part(inbox: Inbox, isCanceled: boolean): Inbox {
  return {
    ...inbox,
    messages: inbox.messages.filter(({ text }) => text.startsWith(canceledPrefix) === isCanceled),
  }
}

function readTwice({ messages }: Inbox): string[] {
  const seen = new Set<string>()
  return messages.flatMap(({ chat, text, id }) => {
    const message = `${chat} ${text}`
    if (seen.has(message)) return [`duplicate: message ${id} of a reminder that was canceled`]
    seen.add(message)
    return []
  })
}
