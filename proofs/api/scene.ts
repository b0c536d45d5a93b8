import { firstTaskForEachMs } from '../../src/client/reminders/many/create.js'
import { pause } from '../../src/pause.js'
import { accountId, createOneAccount, groupJid } from '../shared/one-account.js'
import { createAll, dueOnceCreated, untilRemindersEnded } from '../shared/reminding.js'
import type { CampaignSystem } from '../shared/system.js'

/** What is asked for. */
export type ApiScene = { keys: string[]; runs: string[] }

const groups = 20
const runsOfEach = 5
const patienceMs = 300_000
const calmMs = 3_000

/** Many reminders of another year; runs that were sent, and runs that wait, since the account is paused. */
export async function createApiScene(
  system: CampaignSystem,
  { reminders, say, signal }: { reminders: number; say: (text: string) => void; signal: AbortSignal },
): Promise<ApiScene> {
  const { client } = system
  say(`Making ${groups} groups and linking the account`)
  await createOneAccount(system, { groups })
  const all = Array.from({ length: groups }, (_, index) => groupJid(index))

  say(`Runs: ${runsOfEach} that are sent, ${runsOfEach} that wait`)
  const at = dueOnceCreated(runsOfEach)
  await createAll(
    system,
    Array.from({ length: runsOfEach }, (_, index) => input(`sent-${index}`, all, at)),
  )
  await untilRemindersEnded(system, { key: 'sent', count: runsOfEach, timeoutMs: patienceMs, signal })
  await client.accounts.pauseSends(accountId)
  for (let index = 0; index < runsOfEach; index++) {
    await client.reminders.create(input(`waits-${index}`, all, dueInYears))
    await client.reminders.fire(`waits-${index}`)
  }

  say(`${reminders} reminders of another year`)
  const inputs = Array.from({ length: reminders }, (_, index) => newReminder(`kept-${index}`, index))
  await createAll(system, inputs)
  await pause(firstTaskForEachMs * reminders + calmMs, signal)
  const { items } = await client.runs.list({ limit: 2 * runsOfEach })
  if (items.length < 2 * runsOfEach)
    throw new Error(`there are ${items.length} runs, and ${2 * runsOfEach} were begun`)
  return { keys: inputs.map(({ key }) => key), runs: items.map(({ id }) => id) }
}

const dueInYears = '2035-01-01T09:00'

/** One text to one group. */
export function newReminder(key: string, index: number) {
  return input(key, [groupJid(index % groups)], dueInYears)
}

function input(key: string, to: string[], at: string) {
  return { key, account: accountId, to, text: `The library is open until six (${key})`, at, zone: 'UTC' }
}
