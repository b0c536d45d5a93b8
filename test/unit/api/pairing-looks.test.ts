import { expect, test } from 'vitest'
import { PairingLooks } from '../../../src/api/events/pairing-looks.js'
import type { Queryable } from '../../../src/store/database.js'

/** Answers for accounts that are there, and takes down what was asked. */
function postgres(there: readonly string[]) {
  const asked: string[][] = []
  const query = async (_text: string, [ids]: [string[]]) => {
    asked.push(ids)
    const rows = there
      .filter((id) => ids.includes(id))
      .map((accountId) => ({ accountId, operator: 'school', isExpired: false, challenge: `${asked.length}` }))
    return { rows }
  }
  return { db: { query } as unknown as Queryable, asked }
}

test('a pairing is read once for all who watch it, and all that changed in one statement', async () => {
  const looks = new PairingLooks()
  const { db, asked } = postgres(['office', 'canteen'])
  for (let i = 0; i < 100; i++) looks.watch('office')
  looks.watch('canteen')
  await looks.look(db)
  expect(asked).toEqual([['office', 'canteen']])
  expect(looks.isLookDue).toBe(false)
  looks.mark('office')
  looks.mark('office')
  await looks.look(db)
  expect(asked.at(-1)).toEqual(['office'])
  expect(looks.seen('office')).toMatchObject({ view: { challenge: '2' } })
  expect(looks.seen('canteen')).toMatchObject({ view: { challenge: '1' } })
})

test('what nobody watches is not read, and nothing of it is kept', async () => {
  const looks = new PairingLooks()
  looks.mark('office')
  expect(looks.isLookDue).toBe(false)
  const [one, two] = [looks.watch('office'), looks.watch('office')]
  await looks.look(postgres(['office']).db)
  one()
  expect(looks.seen('office')).toMatchObject({ view: { challenge: '1' } })
  two()
  expect(looks.seen('office')).toBeUndefined()
  looks.markAll()
  expect(looks.isLookDue).toBe(false)
})

test('who begins to watch is not told what others saw before, and hears of an account that is gone', async () => {
  const looks = new PairingLooks()
  looks.watch('office')
  await looks.look(postgres(['office']).db)
  looks.watch('office')
  expect(looks.seen('office')).toBeUndefined()
  await looks.look(postgres([]).db)
  expect(looks.seen('office')).toBeNull()
})
