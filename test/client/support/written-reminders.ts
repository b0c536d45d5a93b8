import * as fc from 'fast-check'
import type { ReminderInput } from '../../../src/client/input/schema/reminder.js'
import { overlapPolicies } from '../../../src/domain/definition.js'

const some = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [name]: given }))

const wall = fc
  .integer({ min: 0, max: 3 * 365 * 24 * 60 })
  .map((minutes) => new Date(Date.UTC(2027, 0, 1) + minutes * 60_000).toISOString().slice(0, 19))
const clock = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  )
const words = fc.string({
  minLength: 1,
  maxLength: 20,
  unit: fc.constantFrom('a', 'é', ' ', '\n', '7', '三'),
})

const once = fc.record({
  at: fc.oneof(
    wall,
    wall.map((time) => `${time}Z`),
  ),
})
const recurring = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('0 8 * * MON,THU', '*/30 8-10 * * *', '15 2 1,15 * MON').map((cron) => ({ cron })),
      fc
        .tuple(
          fc.constantFrom(
            'FREQ=DAILY',
            'FREQ=WEEKLY;BYDAY=MO,TH',
            'FREQ=MONTHLY;BYMONTHDAY=-1',
            'FREQ=YEARLY',
          ),
          fc.constantFrom('', ';INTERVAL=2'),
          fc.constantFrom('', ';BYHOUR=8;BYMINUTE=30', ';BYHOUR=8,12;BYMINUTE=0'),
        )
        .map((parts) => ({ repeat: parts.join('') })),
    ),
    wall.map((start) => ({ start })),
    some(
      'until',
      wall.map((time) => time.replace(/^\d{4}/, '2035')),
    ),
    some('count', fc.integer({ min: 1, max: 500 })),
    some('also', fc.array(wall, { minLength: 1, maxLength: 3 })),
    some('except', fc.array(wall, { minLength: 1, maxLength: 3 })),
  )
  .map((all) => Object.assign({}, ...all) as ReminderInput)
const steps = fc.record({
  anchor: fc.oneof(
    wall,
    wall.map((time) => `${time}Z`),
  ),
  steps: fc.uniqueArray(
    fc.oneof(
      fc.constantFrom('-3d', '-1d 18:00', '-90m', 'at', '+1w'),
      fc.record({ offset: fc.constantFrom('-2d', '-2h', '+3d'), text: words }),
    ),
    { minLength: 1, maxLength: 4, selector: (step) => (typeof step === 'string' ? step : step.offset) },
  ),
})

/** Every field that a caller may write, but for the files of images, which a definition has by their digests. */
export const writtenReminder = fc
  .tuple(
    fc.record({
      zone: fc.constantFrom(
        'Africa/Nairobi',
        'America/New_York',
        'Europe/Berlin',
        'Australia/Lord_Howe',
        'UTC',
      ),
      to: fc.constantFrom<string | string[]>(
        'all groups',
        ['Class 3B', '+15551234567'],
        ['120363000000000001@g.us', '120363999999999999@g.us'],
      ),
    }),
    fc.oneof(once, recurring, steps),
    fc.oneof(
      words.map((text) => ({ text })),
      fc
        .array(words, { minLength: 1, maxLength: 3 })
        .map((texts) => ({ parts: texts.map((text) => ({ text })) })),
    ),
    some(
      'window',
      fc.record({ from: clock, to: clock, days: fc.constantFrom(['mo', 'tu'], ['sa', 'su'], ['fr']) }),
    ),
    some('overlap', fc.constantFrom(...overlapPolicies)),
    some('priority', fc.integer({ min: 0, max: 9 })),
    some('catchUp', fc.constantFrom('0s', '90s', '1h30m', '3d')),
    some('deliverWithin', fc.constantFrom('1s', '45m', '2w')),
    some('onUncertain', fc.constantFrom('resend', 'unknown')),
    some('groupConcurrency', fc.integer({ min: 1, max: 20 })),
    some('ratePerMinute', fc.integer({ min: 1, max: 100_000 })),
  )
  .map((all) => Object.assign({}, ...all) as ReminderInput)
