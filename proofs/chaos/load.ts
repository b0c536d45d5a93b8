import { pause } from '../../src/pause.js'
import { untilItWorks } from '../shared/patience.js'
import { countOpen, reminderOf } from '../shared/reminding.js'
import type { CampaignAccount } from '../shared/scene.js'
import type { CampaignSystem } from '../shared/system.js'
import type { Expected } from './judge.js'
import { planReminders } from './plan.js'

/** One sends and the others wait for it, so something is always in flight. */
const openAtOnce = 3
const lookMs = 500

/** Creates reminders of one account, the next whenever few are left, until told to stop. Returns what is expected. */
export async function keepBusy(
  { client, journal }: CampaignSystem,
  {
    account,
    index,
    seed,
    until,
  }: { account: CampaignAccount; index: number; seed: number; until: AbortSignal },
): Promise<Expected[]> {
  const expected: Expected[] = []
  const never = new AbortController().signal
  const planned = planReminders(seed, { account: index, groups: account.groups.length })
  while (!until.aborted) {
    const open = await untilItWorks('count reminders', async () => await countOpen(client, account.id), {
      journal,
      signal: until,
    }).catch(() => openAtOnce) // stopped meanwhile
    if (open >= openAtOnce) {
      await pause(lookMs, until)
      continue
    }
    const plan = planned.next().value
    const made = reminderOf(account, plan)
    // Whether an attempt that failed has created it is not known. The same key again is the same reminder.
    await untilItWorks('create reminder', async () => await client.reminders.create(made.input), {
      journal,
      signal: never,
    })
    journal.write('reminder created', { key: plan.key })
    expected.push(...made.expected)
  }
  return expected
}
