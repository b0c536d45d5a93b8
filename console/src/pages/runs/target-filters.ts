import { targetStates, type TargetState } from '../../../../src/domain/states.js'
import { choiceIn, textIn } from '../../parts/address.js'

/** What is in the address of a run's page, so that it is there again after a reload, and on the way back. */
export type TargetFilters = { show?: TargetState; search?: string }

/** What somebody typed into the address, and what is not given, is no filter. */
export function readTargetFilters(given: Record<string, unknown>): TargetFilters {
  return { ...choiceIn(given, 'show', targetStates), ...textIn(given, 'search') }
}
