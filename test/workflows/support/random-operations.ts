import * as fc from 'fast-check'
import type { Operation, Rhythm } from './reminder-model.js'

/** What the tests of random sequences draw from: the calendar of a reminder, and what an operator does to it. */

export const rhythm: fc.Arbitrary<Rhythm> = fc
  .integer({ min: 1, max: 4 })
  .chain((period) =>
    fc.record({ every: fc.constant(period), phase: fc.integer({ min: 0, max: period - 1 }) }),
  )

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  {
    weight: 3,
    arbitrary: fc.record(
      { kind: fc.constant('pause' as const), units: fc.integer({ min: 1, max: 4 }) },
      { requiredKeys: ['kind'] },
    ),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'resume' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('edit' as const), rhythm }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('snooze' as const),
      units: fc.integer({ min: 1, max: 5 }),
      nth: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('skipNext' as const), nth: fc.integer({ min: 0, max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'fireNow' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
)
