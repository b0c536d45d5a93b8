import type { OpenHours } from '../../protocol/payloads.js'
import { lastMomentMs } from '../../domain/hours/last-moment.js'
import { runs } from '../proxies.js'

/**
 * The run's side of its window: the interval that it is in or waits for, as instants. Zone data is not deterministic,
 * so they are asked for; a window's end leaves them as they are until they are asked for again.
 */
export type RunHours = {
  /** Undefined where any hour will do, and before they are known. */
  readonly known: OpenHours | undefined
  /** While they are still to begin: when that is. */
  readonly opensMs: number | undefined
  /** The moment from which nothing more is begun; infinite where any hour will do. */
  readonly endMs: number
  /** Makes `known` those of now. */
  look(): Promise<void>
}

/** @param kept those that the run had when it continued as new */
export function runHours(digest: string, kept: OpenHours | undefined): RunHours {
  let known = kept
  const endMs = () => (known === undefined ? Infinity : Date.parse(known.closesAt) - lastMomentMs)
  return {
    get known() {
      return known
    },
    get opensMs() {
      if (known === undefined) return undefined
      const opensMs = Date.parse(known.opensAt)
      return Date.now() < opensMs ? opensMs : undefined
    },
    get endMs() {
      return endMs()
    },
    async look() {
      if (known !== undefined && Date.now() < endMs()) return
      // As if it were a moment later: what is about to close is closed.
      known = await runs.sendingHours({ digest, at: new Date(Date.now() + lastMomentMs).toISOString() })
    },
  }
}
