import type { AccountState } from '../../../../src/domain/states.js'

/** In which the phone need not be linked (again). */
const linked: readonly AccountState[] = ['connected', 'limited', 'time_locked', 'connecting', 'reconnecting']

export function isLinkedState(state: AccountState): boolean {
  return linked.includes(state)
}
