import { expect, test } from 'vitest'
import { errorOf } from '../../../../src/api/client/failures.js'
import { at } from '../../../../src/api/client/path.js'
import { problemKinds, problemOf, type Problem, type ProblemCode } from '../../../../src/api/v1/problems.js'
import {
  AccountNotReadyError,
  CarillonError,
  definitionChanged,
  InputError,
  reminderConflict,
} from '../../../../src/client/errors.js'
import { errorCodes } from '../../../../src/protocol/refusals.js'

const differences = [{ field: 'priority', existing: '5', requested: '7' }]

test.each([
  new InputError([
    { field: 'reminders[1].zone', key: 'trip', got: "'Mars'", expected: 'expected an IANA time zone' },
    { field: 'to', expected: 'expected somebody' },
  ]),
  reminderConflict('trip', { state: 'scheduled', differences }),
  definitionChanged('trip', { digest: 'd'.repeat(64), differences }),
  definitionChanged('trip', { digest: 'd'.repeat(64) }),
  new AccountNotReadyError('it is not linked'),
  ...errorCodes.map((code) => new CarillonError(code, `it is ${code}`)),
])('$name ($code) comes over the wire as what it was', (error) => {
  const told = problemOf(error, 'r')
  if (told === undefined) throw new Error('it is told')
  const problem = JSON.parse(JSON.stringify(told.problem)) as Problem
  const came = errorOf(problem, told.headers['ETag'] ?? null)
  expect(came).toEqual(error)
  const fields = (of: Error) => Object.fromEntries([...Object.entries(of), ['message', of.message]])
  expect(fields(came)).toEqual(fields(error))
  expect(came.constructor).toBe(error.constructor)
})

test.each(Object.keys(problemKinds) as ProblemCode[])('%s is an error that says who must act', (code) => {
  const { status, title } = problemKinds[code]
  const problem = { type: 't', title, status, detail: 'what to do', code, requestId: 'r-1' }
  const error = errorOf(problem, null)
  if (code === 'failure') {
    expect(error).not.toBeInstanceOf(CarillonError)
    expect(error.message).toContain('r-1')
  } else expect(errorCodes).toContain((error as CarillonError).code)
})

test('each value is one part of a path', () => {
  expect(at`/runs/${'run:local/trip@2026-11-24T06:00:00Z'}/pause`).toBe(
    '/runs/run%3Alocal%2Ftrip%402026-11-24T06%3A00%3A00Z/pause',
  )
  for (const name of ['', '.', '..'])
    expect(() => at`/reminders/${name}/pause`).toThrow(/nothing of the name/)
})
