import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayActAs, mayNameAccount, newOperatorPattern, roles, whoOf } from '../../../src/domain/access.js'
import { accountIdPattern } from '../../../src/domain/ids.js'

const letters = fc.constantFrom('a', 'b', '0', '-')
const operatorId = fc
  .string({ unit: letters, minLength: 1, maxLength: 8 })
  .filter((id) => newOperatorPattern.test(id))
const accountId = fc
  .string({ unit: letters, minLength: 1, maxLength: 16 })
  .filter((id) => accountIdPattern.test(id))

describe('the id of an account', () => {
  it('can be given by one operator of those that were added, and by none whose ids are free', () => {
    fc.assert(
      fc.property(operatorId, operatorId, accountId, (one, other, id) => {
        fc.pre(one !== other)
        const may = [
          mayNameAccount({ id: one, freeAccountIds: false }, id),
          mayNameAccount({ id: other, freeAccountIds: false }, id),
          mayNameAccount({ id: 'local', freeAccountIds: true }, id),
        ]
        expect(may.filter(Boolean).length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 5_000 },
    )
  })

  it('can be made of the id of any operator that is added', () => {
    fc.assert(
      fc.property(operatorId, (id) => {
        const own = `${id}--office`
        expect(mayNameAccount({ id, freeAccountIds: false }, own)).toBe(true)
        expect(accountIdPattern.test(`${'x'.repeat(20)}--${'y'.repeat(18)}`)).toBe(true)
      }),
    )
  })

  it.each(['acme--', 'acme', 'acme-office', 'acme--a--b', 'acme---a'])('%s is none of acme', (id) => {
    expect(mayNameAccount({ id: 'acme', freeAccountIds: false }, id)).toBe(false)
  })
})

it.each(['acme-', '-acme', 'a--b', 'Acme', 'x'.repeat(21), '', 'a_b', 'a b', 'a\n'])(
  '%j is no id of an operator',
  (id) => {
    expect(newOperatorPattern.test(id)).toBe(false)
  },
)

it('a role may do what those before it may', () => {
  const may = roles.map((role) => roles.filter((needed) => mayActAs({ role }, needed)))
  expect(may).toEqual([
    ['calendar'],
    ['calendar', 'viewer'],
    ['calendar', 'viewer', 'editor'],
    ['calendar', 'viewer', 'editor', 'owner'],
  ])
})

it('who asks is the token with its operator', () => {
  expect(whoOf({ operatorId: 'acme', name: 'ci' })).toBe('acme/ci')
})
