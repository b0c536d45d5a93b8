import { expect, test } from 'vitest'
import { keyedDigests } from '../../../src/receipts/digests.js'
import { canonical, genesis, hashOf, linked, readEntry } from '../../../src/receipts/entry.js'
import { actionEntry, operator, runEntry } from './support.js'

// RFC 8785, 3.2.2 and 3.2.3.
test('the canonical form is that of RFC 8785', () => {
  expect(
    canonical({
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }),
  ).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  expect(canonical({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  )
})

test('a row has its place, the hash of the one before, and its own', () => {
  const first = linked({ operator, seq: 0, hash: genesis }, actionEntry(1))
  const second = linked({ operator, seq: 1, hash: first.hash }, runEntry(2))
  expect(readEntry(first.body)).toMatchObject({ v: 1, operator, seq: 1, prev: genesis, kind: 'action' })
  expect(readEntry(second.body)).toMatchObject({ seq: 2, prev: first.hash, kind: 'run' })
  expect(second).toMatchObject({ hash: hashOf(second.body), runId: 'run:school/trip-2@2026-11-24T06:00:00Z' })
})

test('what is not canonical, or has another field, is no entry', () => {
  const { body } = linked({ operator, seq: 0, hash: genesis }, actionEntry(1))
  expect(readEntry(body.replace('{', '{ '))).toBeUndefined()
  expect(readEntry(canonical({ ...JSON.parse(body), text: 'hello' }))).toBeUndefined()
  expect(readEntry('{')).toBeUndefined()
})

test('a digest is that of its key and of its kind', () => {
  const digests = keyedDigests(Buffer.alloc(32, 1))
  expect(digests('who', 'anna')).toBe(keyedDigests(Buffer.alloc(32, 1))('who', 'anna'))
  expect(digests('who', 'anna')).not.toBe(digests('why', 'anna'))
  expect(digests('who', 'anna')).not.toBe(keyedDigests(Buffer.alloc(32, 2))('who', 'anna'))
})
