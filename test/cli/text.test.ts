import { describe, expect, it } from 'vitest'
import { fields, table } from '../../src/cli/table.js'
import { roughly } from '../../src/domain/duration.js'
import { clock, relative } from '../../src/words/times.js'

const now = new Date('2026-11-24T06:00:00Z')
const after = (ms: number) => relative(new Date(now.getTime() + ms), now)

describe('times', () => {
  it.each([
    [0, 'now'],
    [400, 'now'],
    [3_000, 'in 3 s'],
    [59_600, 'in 1 min'],
    [180_000, 'in 3 min'],
    [7_200_000, 'in 2 h'],
    [-86_400_000, '1 d ago'],
  ])('%d ms from now is "%s"', (ms, text) => {
    expect(after(ms)).toBe(text)
  })

  it('are rounded to one unit', () => {
    expect([roughly(999), roughly(400), roughly(5_400_000)]).toEqual(['1 s', undefined, '2 h'])
  })

  it('run down as a clock', () => {
    expect([clock(0), clock(65_000), clock(3_725_000)]).toEqual(['0:00', '1:05', '1:02:05'])
  })
})

it('aligns columns whatever their colours and letters', () => {
  const text = table(
    ['NAME', 'N'],
    [
      ['\u001b[1mÉlèves\u001b[22m', '1'],
      ['B', '22'],
    ],
  )
  expect(text.split('\n')).toEqual(['NAME    N', '\u001b[1mÉlèves\u001b[22m  1', 'B       22'])
})

it('leaves out fields without a value', () => {
  expect(
    fields([
      ['A', 'x'],
      ['Longer', 'y'],
      ['None', undefined],
    ]),
  ).toBe('A       x\nLonger  y')
})
