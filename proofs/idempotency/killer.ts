import { pause } from '../../src/pause.js'
import type { ApiProcess } from '../shared/api-processes.js'
import type { Random } from '../shared/random.js'

/** Longest wait for the moment of a kill: within what a request takes. */
const withinMs = 60
const downMs = { min: 0, max: 1_500 }
const lookEveryMs = 2

export type Killer = {
  /** Called after each answer. */
  onAnswered: () => void
  /** Resolves once the processes are back. @returns how many were killed */
  done: () => Promise<number>
}

/** Kills the processes by turns as the answers come in: after each so many of them one, in the middle of requests. */
export function startKiller({
  apis,
  inFlight,
  answers,
  kills,
  random,
  signal,
}: {
  apis: readonly ApiProcess[]
  inFlight: ReadonlyMap<ApiProcess, number>
  /** So many are to come. */
  answers: number
  kills: number
  random: Random
  signal: AbortSignal
}): Killer {
  let answered = 0
  let due = 0
  let killed = 0
  const listening = new Set(apis)
  const comingBack: Promise<void>[] = []
  const isBusy = (api: ApiProcess) => listening.has(api) && (inFlight.get(api) ?? 0) > 0

  const running = (async () => {
    while (answered < answers && killed < kills && !signal.aborted) {
      const api = apis[killed % apis.length]
      if (killed >= due || api === undefined || !isBusy(api)) {
        await pause(lookEveryMs, signal)
        continue
      }
      await pause(random.between(0, withinMs), signal)
      if (!isBusy(api)) continue
      api.slot.kill(random.between(downMs.min, downMs.max))
      killed += 1
      listening.delete(api)
      comingBack.push(untilBack(api, signal).then(() => void listening.add(api)))
    }
  })()
  return {
    onAnswered() {
      answered += 1
      due = Math.floor((answered * (kills + 1)) / answers)
    },
    async done() {
      await running
      await Promise.all(comingBack)
      return killed
    },
  }
}

async function untilBack({ slot }: ApiProcess, signal: AbortSignal): Promise<void> {
  while (!slot.isUp && !signal.aborted) await pause(lookEveryMs, signal)
  if (!signal.aborted) await slot.started()
}
