import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isStorableText, storable, unstorablePaths } from '../../../src/domain/storable-text.js'
import { parseReminderInput } from '../../../src/client/input/schema/reminder.js'

describe('text that Postgres can keep', () => {
  test.each(['', 'plain', 'ü', '😀', '\u0001', '\u2028'])('is %j', (text) => {
    expect(isStorableText(text)).toBe(true)
    expect(storable(text)).toBe(text)
  })
  test.each(['a\0b', '\ud83d', 'x\udc00y', '\udc00\ud83d'])('is not %j', (text) => {
    expect(isStorableText(text)).toBe(false)
  })
  test('is what is left of any other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 8 }), fc.nat(0xffff), (text, unit) => {
        const any = `${text}\0${String.fromCharCode(unit)}`
        expect(isStorableText(storable(any))).toBe(true)
      }),
    )
  })
})

test('the paths of what cannot be stored are those of the caller', () => {
  expect(unstorablePaths({ parts: [{ text: 'x' }, { image: 'a', caption: '\0' }], to: ['\ud800'] })).toEqual([
    ['parts', 1, 'caption'],
    ['to', 0],
  ])
})

test.each([
  { field: 'text', input: { text: 'a\0' } },
  { field: 'caption', input: { image: 'a.png', caption: '\ud83d' } },
  { field: 'parts[1].caption', input: { parts: [{ text: 'x' }, { image: 'a.png', caption: 'a\0' }] } },
  { field: 'steps[0].text', input: { steps: [{ offset: '-1d', text: '\udfff' }] } },
  { field: 'to[0]', input: { to: ['a\0'] } },
  { field: 'account', input: { account: 'a\0' } },
  { field: 'key', input: { key: 'a\0' } },
  { field: 'image', input: { image: 'a\0.png' } },
  { field: 'repeat', input: { repeat: 'FREQ=DAILY\0' } },
])('a reminder with such a text in $field is refused by the name of that field, once', ({ field, input }) => {
  const { issues } = parseReminderInput(input)
  expect(issues).toEqual([
    {
      field,
      got: expect.stringMatching(/^a text of \d+ characters?$/) as string,
      expected: expect.stringContaining('U+0000') as string,
    },
  ])
})
