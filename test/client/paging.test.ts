import { describe, expect, it } from 'vitest'
import { readListQuery } from '../../src/client/paging.js'
import { encodeCursor, toPage } from '../../src/store/page.js'

const shape = { states: ['open', 'closed'] as const, cursorOf: ['time', 'text'] as const }

describe('a page', () => {
  const page = (rows: string[]) =>
    toPage(rows, { limit: 2, item: (row) => row.toUpperCase(), cursor: (row) => [row, 'x'] })

  it('names the next one only when there is one', () => {
    expect(page(['a', 'b'])).toEqual({ items: ['A', 'B'] })
    expect(page(['a', 'b', 'c'])).toEqual({ items: ['A', 'B'], next: encodeCursor(['b', 'x']) })
    expect(page([])).toEqual({ items: [] })
  })

  it('is found again by its cursor, to the microsecond', () => {
    const key = ['2026-11-24 06:00:00.123456+00', 'trip']
    expect(readListQuery({ cursor: encodeCursor(key) }, shape)).toEqual({ limit: 50, cursor: key })
    const elsewhere = ['2024-02-29 23:59:59.000001-09:30', 'x']
    expect(readListQuery({ cursor: encodeCursor(elsewhere) }, shape).cursor).toEqual(elsewhere)
  })

  it.each([
    '',
    'nonsense',
    encodeCursor(['one']),
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('["2026-11-24 06:00:00+00",2]').toString('base64url'),
    // What Postgres would refuse.
    encodeCursor(['yesterday', 'x']),
    encodeCursor(['2026-13-24 06:00:00+00', 'x']),
    encodeCursor(['2026-02-30 06:00:00+00', 'x']),
    encodeCursor(['0000-11-24 06:00:00+00', 'x']),
    encodeCursor(['2026-11-24 06:00:00+23', 'x']),
    encodeCursor(['2026-11-24 06:00:00-16:30', 'x']),
    encodeCursor(['2026-11-24 06:00:00+00', 'x\0']),
  ])('refuses %j as a cursor', (cursor) => {
    expect(() => readListQuery({ cursor }, shape)).toThrow(/cursor: expected the `next` of an earlier page/)
  })

  it('has an order of those that there are', () => {
    const ordered = { ...shape, orders: ['newest', 'oldest'] as const }
    expect(readListQuery({ sort: 'oldest' }, ordered)).toEqual({ limit: 50, sort: 'oldest' })
    expect(() => readListQuery({ sort: 'oldst' as 'oldest' }, ordered)).toThrow(
      /sort: expected one of newest, oldest.*did you mean 'oldest'/,
    )
  })

  it('names a wrong limit and a wrong state', () => {
    const query = { limit: 0, states: ['opne' as 'open'] }
    expect(() => readListQuery(query, shape)).toThrow(
      /limit: expected.*got 0[^]*state: expected.*did you mean 'open'/,
    )
  })
})
