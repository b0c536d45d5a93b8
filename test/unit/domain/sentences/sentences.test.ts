import { expect, test } from 'vitest'
import { adviceFor, failureKinds, type FailureType } from '../../../../src/domain/failures.js'
import { formatMoment } from '../../../../src/client/moments.js'
import type { Place } from '../../../../src/domain/sentences/form.js'
import { readSentence } from '../../../../src/domain/sentences/read.js'
import { say } from '../../../../src/domain/sentences/say.js'
import { formOf, written } from '../../../../src/domain/sentences/written.js'
import { sentenceCodes, type SentenceCode } from '../../../../src/domain/sentences/sentences.js'

/** What a place may have in it: names of people are not as tame as ids. */
const samples: Record<string, unknown[]> = {
  text: ["Class 3B's “parents”: (all) {of} [them]", 'مجموعة الآباء 👩‍👧', 'a'],
  word: ['logged out', 'time_locked'],
  number: [0, 17],
  counted: [1, 12],
  duration: [450, 90_000, 5_400_000],
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
  return say('phraseGif')
}

function valuesFor(code: SentenceCode, turn: number, withOptional: boolean): Record<string, unknown> {
  const places = formOf(code).flatMap((piece): Place[] => {
    if (typeof piece === 'string') return []
    if ('name' in piece) return [piece]
    return withOptional ? piece.optional.filter((one) => typeof one !== 'string') : []
  })
  return Object.fromEntries(places.map((place) => [place.name, sampleOf(place, turn)]))
}

const all = sentenceCodes.filter((code) => !code.startsWith('phrase'))

test.for(all)('the sentence %s is read back as what it says', (code) => {
  for (const turn of [0, 1, 2])
    for (const withOptional of [true, false]) {
      const text = written(code, valuesFor(code, turn, withOptional))
      const said = readSentence(text)
      expect(said, text).toMatchObject({ code })
      for (const [name, value] of Object.entries(valuesFor(code, turn, withOptional)))
        if (typeof value === 'number') expect(said?.values[name], `${text}: ${name}`).toBe(value)
    }
})

test('a moment is read back as a wall time and its zone', () => {
  const text = say('windowOpensLater', {
    at: formatMoment('2026-11-26T05:00:00Z', 'Africa/Nairobi'),
    opens: formatMoment('2026-11-26T22:00:30Z', 'America/Argentina/Buenos_Aires'),
  })
  expect(readSentence(text)?.values).toEqual({
    at: { local: '2026-11-26T08:00:00', zone: 'Africa/Nairobi' },
    opens: { local: '2026-11-26T19:00:30', zone: 'America/Argentina/Buenos_Aires' },
  })
})

test('the advice for each failure is read back, with the code that WhatsApp gave', () => {
  for (const failure of Object.keys(failureKinds) as FailureType[]) {
    expect(readSentence(adviceFor(failure, undefined))).toBeDefined()
    expect(readSentence(adviceFor(failure, 403, 101))).toMatchObject({ code: 'withCode' })
  }
})

test('what people typed is no sentence of the table, also where a part of one reads so', () => {
  for (const text of ['steps', 'holidays', '', 'a GIF', 'paused', 'paused by the head of the school'])
    if (text !== 'paused') expect(readSentence(text), text).toBeUndefined()
})
