import { targetStates, type TargetState } from '../../../../src/domain/states.js'

/** What is in the address of a run's page, so that it is there again after a reload, and on the way back. */
export type TargetFilters = { state?: TargetState; search?: string }

/** What somebody typed into the address, and what is not given, is no filter. */
export function readTargetFilters({ state, search }: Record<string, unknown>): TargetFilters {
  const found = targetStates.find((one) => one === state)
  return {
    ...(found && { state: found }),
    ...(typeof search === 'string' && search !== '' && { search }),
  }
}
