import { expect, test } from 'vitest'
import { adviceFor, failureKinds, type FailureType } from '../../../../src/domain/failures.js'
import { formatMoment } from '../../../../src/client/moments.js'
import { readSentence } from '../../../../src/domain/sentences/read.js'
import { withSaid } from '../../../../src/domain/sentences/with-said.js'
import { say } from '../../../../src/domain/sentences/say.js'
import { written } from '../../../../src/domain/sentences/written.js'
import { isOfDoctor, sentenceCodes } from '../../../../src/domain/sentences/sentences.js'
import { valuesFor } from './samples.js'

const all = sentenceCodes.filter((code) => !code.startsWith('phrase'))

test.for(all)('the sentence %s is read back as what it says', (code) => {
  for (const turn of [0, 1, 2])
    for (const withOptional of [true, false]) {
      const text = written(code, valuesFor(code, turn, withOptional))
      const said = readSentence(text, { isOfDoctor: isOfDoctor(code) })
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

test('what the doctor says is read where the doctor speaks, and nowhere else', () => {
  const typed = "'Tom' is ill"
  expect(readSentence(typed, { isOfDoctor: true })).toMatchObject({ code: 'doctorAccount' })
  expect(readSentence(typed)).toBeUndefined()
  expect(withSaid({ reason: typed })).toEqual({ reason: typed })
  expect(withSaid({ found: "'office' is banned" })).toEqual({
    found: "'office' is banned",
    said: { found: { code: 'doctorAccount', values: { account: 'office', state: 'banned' } } },
  })
})
