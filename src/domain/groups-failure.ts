import { say } from './sentences/say.js'
import type { Sentence } from './sentences/sentence.js'

/** Why the groups of an account could not be read, for the operator. It is tried again by itself. */
export function groupsFailureText(failure: string): Sentence {
  switch (failure) {
    case 'AccountLimited':
      return say('phraseDoctorAskedTooOften')
    case 'ServerRefusedForNow':
      return say('phraseDoctorNotListedNow')
    case 'ConnectionLost':
      return say('phraseDoctorNoAnswer')
    case 'DatabaseLost':
      return say('phraseDoctorNotStored')
    default:
      return say('phraseDoctorNotListed', { failure })
  }
}
