import { pause } from '../../src/pause.js'
import { seeded } from '../shared/random.js'
import type { WorkerSlot } from '../shared/worker-slot.js'

const lookEveryMs = 20
const downMs = 200

/**
 * Kills one process after the other, of all kinds, spread over what there is to do. One that is down is left alone.
 * @param progress from 0 to 1 @returns how many were killed
 */
export async function killThroughout({
  slots,
  kills,
  seed,
  progress,
  signal,
}: {
  slots: readonly WorkerSlot[]
  kills: number
  seed: number
  progress: () => number
  signal: AbortSignal
}): Promise<number> {
  const random = seeded(seed + 1)
  let killed = 0
  while (killed < kills && progress() < 1 && !signal.aborted) {
    const up = slots.filter((slot) => slot.isUp)
    if (killed < Math.floor(progress() * (kills + 1)) && up.length > 1) {
      random.pick(up).kill(downMs)
      killed += 1
    }
    await pause(lookEveryMs, signal)
  }
  return killed
}
