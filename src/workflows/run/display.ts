import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { RunState } from '../../domain/states.js'
import { carillonStatus } from '../../protocol/search-attributes.js'
import { listCounts, type Targets } from './fan-out.js'

export type ShownRun = {
  state: RunState
  waitsFor?: string
  targets: Targets
  /** An instant in UTC, where the end is known. */
  finishesAt?: string | undefined
}

export type RunDisplay = {
  show(run: ShownRun): void
  /** From now on it is found by this state, which is mostly over in a moment. */
  lasts(state: 'preparing' | 'running'): void
  /** The state that a search finds it by. */
  readonly indexed: string | undefined
}

/**
 * What the Temporal Web UI shows of a run is true at any time. What a search finds it by is written where it lasts: an
 * upsert is an event, and a write to Temporal's index.
 */
export function runDisplay(): RunDisplay {
  let indexed = workflowInfo().typedSearchAttributes.get(carillonStatus)
  const lasting = new Set<RunState>()
  const isForAMoment = (state: RunState) => state === 'preparing' || state === 'running'

  return {
    show({ state, waitsFor, targets, finishesAt }) {
      const why = waitsFor === undefined ? '' : `: ${waitsFor}`
      const end = finishesAt === undefined ? '' : `\n\nEnds about ${finishesAt}`
      setCurrentDetails(`**${state}**${why}\n\n${targets.total} targets: ${listCounts(targets)}${end}`)
      if (state === indexed || (isForAMoment(state) && !lasting.has(state))) return
      indexed = state
      upsertSearchAttributes([{ key: carillonStatus, value: state }])
    },
    lasts(state) {
      lasting.add(state)
    },
    get indexed() {
      return indexed
    },
  }
}
