import type { RunState } from '../../../../src/domain/states.js'
import { choiceIn, textIn } from '../../parts/address.js'

export const runFilters = ['all', 'underWay', 'failed', 'over'] as const
type RunFilter = (typeof runFilters)[number]

/** What is in the address of the page, so that it is there again after a reload, and on the way back. */
export type RunFilters = {
  show?: RunFilter
  /** The key of the reminder whose runs they are. */
  reminder?: string
}

/** Of `all` none: that is, any. */
export const runStatesOf: Record<RunFilter, readonly RunState[] | undefined> = {
  all: undefined,
  underWay: ['preparing', 'waiting', 'running', 'paused'],
  failed: ['partial', 'failed', 'missed'],
  over: ['completed', 'partial', 'failed', 'canceled', 'missed', 'skipped'],
}

/** What somebody typed into the address, and what is not given, is no filter. */
export function readRunFilters(given: Record<string, unknown>): RunFilters {
  const { show, ...rest } = { ...choiceIn(given, 'show', runFilters), ...textIn(given, 'reminder') }
  return show === undefined || show === 'all' ? rest : { show, ...rest }
}
