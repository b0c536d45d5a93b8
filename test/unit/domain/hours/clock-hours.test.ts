import { expect, test } from 'vitest'
import { clockHours } from '../../../../src/domain/hours/clock-hours.js'

function hours(zone: string, from: string, to: string): string[] {
  const starts = clockHours(zone, { fromMs: Date.parse(from), toMs: Date.parse(to) })
  return starts.map((ms) => new Date(ms).toISOString().slice(5, 16))
}

test.each([
  ['UTC', ['11-30T05:00', '11-30T06:00', '11-30T07:00']],
  ['Asia/Kolkata', ['11-30T04:30', '11-30T05:30', '11-30T06:30']],
  ['Asia/Kathmandu', ['11-30T05:15', '11-30T06:15']],
])('the hours of %s begin where its clock is full', (zone, expected) => {
  expect(hours(zone, '2026-11-30T04:20:00Z', '2026-11-30T07:10:00Z')).toEqual(expected)
})

test('one that begins at the very moment is the first', () => {
  expect(hours('UTC', '2026-11-30T04:00:00Z', '2026-11-30T04:30:00Z')).toEqual(['11-30T04:00'])
})

test('a day has 24 hours, and the one of now, whatever the clock does', () => {
  for (const zone of ['Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns'])
    for (const day of ['2026-03-29', '2026-10-25', '2026-11-01', '2026-11-30'])
      expect(hours(zone, `${day}T00:20:00Z`, `${day}T23:20:00Z`)).toHaveLength(23)
})

test('an hour that comes twice is two of them', () => {
  // 02:00 at 00:00Z, and again at 01:00Z.
  expect(hours('Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-25T02:30:00Z')).toEqual([
    '10-25T00:00',
    '10-25T01:00',
    '10-25T02:00',
  ])
})

test('where the clock is moved by half an hour, an hour begins there', () => {
  // 02:00 becomes 01:30 at 15:00Z, and 02:00 comes again at 15:30Z.
  expect(hours('Australia/Lord_Howe', '2026-04-04T13:30:00Z', '2026-04-04T16:00:00Z')).toEqual([
    '04-04T14:00',
    '04-04T15:00',
    '04-04T15:30',
  ])
  // 02:00 becomes 02:30 at 15:30Z, and 03:00 comes at 16:00Z.
  expect(hours('Australia/Lord_Howe', '2026-10-03T14:00:00Z', '2026-10-03T16:30:00Z')).toEqual([
    '10-03T14:30',
    '10-03T15:30',
    '10-03T16:00',
  ])
})
