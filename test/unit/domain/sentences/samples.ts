import { formatMoment } from '../../../../src/client/moments.js'
import { adviceFor } from '../../../../src/domain/failures.js'
import { groupsFailureText } from '../../../../src/domain/groups-failure.js'
import type { Place } from '../../../../src/domain/sentences/form.js'
import { say } from '../../../../src/domain/sentences/say.js'
import type { SentenceCode } from '../../../../src/domain/sentences/sentences.js'
import { formOf } from '../../../../src/domain/sentences/written.js'

/** What a place may have in it: names of people are not as tame as ids. */
const samples: Record<string, unknown[]> = {
  text: ["Class 3B's “parents”: (all) {of} [them]", 'مجموعة الآباء 👩‍👧', 'a'],
  word: ['logged out', 'time_locked'],
  number: [0, 17],
  counted: [1, 12],
  duration: [450, 90_000, 5_400_000],
  rough: [1_000, 300_000, 7_200_000],
  relative: [-300_000, 7_200_000, 0],
  version: ['2026f', '1.4.0-rc.1'],
  moment: [formatMoment('2026-11-26T05:00:00Z', 'Africa/Nairobi')],
  instant: ['2026-11-26T05:00:00Z'],
}

function sampleOf({ name, kind }: Place, turn: number): unknown {
  const type = kind.split(' ')[0] ?? ''
  if (type === 'expectation') return say('timeExpected')
  if (type === 'sentence') return sentenceFor(name)
  const some = samples[type] ?? []
  return some[turn % some.length]
}

function sentenceFor(name: string): string {
  if (name === 'who') return say('phraseOperator')
  if (name === 'usual') return say('phraseCronItem', { min: 0, max: 7, names: 'SUN–SAT' })
  if (name === 'reason') return say('accountPausedBy', { who: say('phraseOperator'), reason: 'holidays: no' })
  if (name === 'advice' || name === 'detail') return adviceFor('AccountTemporarilyBanned', undefined, 101)
  if (name === 'because') return say('unlinkedBy', { who: say('phraseOperator'), reason: 'a new phone.' })
  // Of the doctor: what waits, what a list has, and how somewhere is reached.
  if (name === 'waiting') return say('phraseDoctorManyUpdates', { count: 10_000, age: 300_000 })
  if (name === 'dead') return say('phraseDoctorDead', { count: 3 })
  if (name === 'backlog') return say('phraseDoctorToBeWritten', { count: 17 })
  if (name === 'trouble') return say('phraseDoctorSchedulePaused', { schedule: 'carillon-receipts' })
  if (name === 'failed') return groupsFailureText('AccountLimited')
  if (name === 'how') return say('phraseDoctorNoTls', { setting: 'sslmode' })
  if (name === 'workers')
    return say('phraseDoctorList', {
      one: say('doctorZonesOfWorkers', { version: '2025c', workers: 1 }),
      more: say('doctorZonesOfWorkers', { version: '2026f', workers: 2 }),
    })
  return say('phraseGif')
}

/** Values for a sentence, as the one who writes it has them: others each turn. */
export function valuesFor(code: SentenceCode, turn: number, withOptional: boolean): Record<string, unknown> {
  const places = formOf(code).flatMap((piece): Place[] => {
    if (typeof piece === 'string') return []
    if ('name' in piece) return [piece]
    return withOptional ? piece.optional.filter((one) => typeof one !== 'string') : []
  })
  return Object.fromEntries(places.map((place) => [place.name, sampleOf(place, turn)]))
}
