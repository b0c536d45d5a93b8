import { targetStates, type TargetState } from '../../../../src/domain/states.js'

/** What is in the address of a run's page, so that it is there again after a reload, and on the way back. */
export type TargetFilters = { show?: TargetState; search?: string }

/** What somebody typed into the address, and what is not given, is no filter. */
export function readTargetFilters({ show, search }: Record<string, unknown>): TargetFilters {
  const found = targetStates.find((one) => one === show)
  // The router reads digits as a number.
  const words = typeof search === 'string' || typeof search === 'number' ? String(search) : ''
  return {
    ...(found && { show: found }),
    ...(words !== '' && { search: words }),
  }
}
