import { pause } from '../../src/pause.js'
import type { Database } from '../../src/store/database.js'
import type { WorkerSlot } from '../shared/worker-slot.js'
import { deliver } from './deliveries.js'
import { countHandled, createEffects, readEffects } from './effects.js'
import { judge } from './judge.js'
import { killThroughout } from './killer.js'
import type { StormOptions } from './options.js'
import type { Storm } from './report.js'

const lookEveryMs = 100
/** Without any progress for this long, what is left is lost: a death is noticed in a fraction of it. */
const patienceMs = 90_000

/** One storm over a queue of whatever kind. @param slots of its processes, which are killed */
export async function runStorm({
  database,
  urls,
  secret,
  slots,
  options,
  signal,
}: {
  database: Database
  urls: readonly string[]
  secret: string
  slots: readonly WorkerSlot[]
  options: StormOptions
  signal: AbortSignal
}): Promise<Storm> {
  await createEffects(database)
  const { updates, times, kills, seed } = options
  const startMs = performance.now()
  let accepted = 0
  let handled = 0
  let isOver = false
  const killing = killThroughout({
    slots,
    kills,
    seed,
    progress: () => (isOver ? 1 : (accepted / (updates * times) + handled / updates) / 2),
    signal,
  })
  const delivering = deliver({ urls, secret, options, onAccepted: () => (accepted += 1), signal })
  let delivered: Awaited<typeof delivering> | undefined
  const noted = delivering.then((all) => (delivered = all))
  let drainedMs = performance.now()
  for (let lastMs = performance.now(); !signal.aborted;) {
    const before = handled
    handled = await countHandled(database)
    if (handled > before) drainedMs = lastMs = performance.now()
    if (delivered !== undefined && (handled >= updates || performance.now() - lastMs > patienceMs)) break
    await pause(lookEveryMs, signal)
  }
  isOver = true
  const { sent, posts, refused } = await noted
  return {
    ...judge(sent, await readEffects(database)),
    drainS: Math.round((drainedMs - startMs) / 100) / 10,
    posts,
    refused,
    kills: await killing,
  }
}
