import { describe, expect, test } from 'vitest'
import { readArguments, UsageError, wholeNumber } from '../../../src/stack/program-arguments.js'

const read = (...args: string[]) => readArguments(args, { values: ['groups'], switches: ['keep'] })

describe('the options of a program', () => {
  test('are read by their kind, and what every program takes as well', () => {
    expect(read('--groups', '3', '--keep', '--json', '--home', 'here')).toEqual({
      groups: '3',
      keep: true,
      json: true,
      home: 'here',
    })
  })

  test('that are not given are off, or missing', () => {
    expect(read()).toEqual({ keep: false, json: false })
  })

  test('are undefined where help is wanted', () => {
    expect(read('--help', '--groups', '3')).toBeUndefined()
  })

  test.each([[['--grups', '3']], [['--groups']], [['--keep=yes']], [['extra']]])(
    'that are written wrongly (%j) are told of',
    (args) => {
      expect(() => read(...args)).toThrow(UsageError)
    },
  )
})

describe('a whole number', () => {
  const bounds = { min: 1, max: 20 }

  test.each([
    ['1', 1],
    ['20', 20],
  ])('%s', (text, value) => {
    expect(wholeNumber('groups', text, bounds)).toBe(value)
  })

  test.each(['0', '21', '1.5', '-1', '1e1', '', ' 3', 'many'])('is not %j', (text) => {
    expect(() => wholeNumber('groups', text, bounds)).toThrow(
      new UsageError(`--groups: expected a whole number from 1 to 20, got '${text}'`),
    )
  })
})
