import { expect, it } from 'vitest'
import { keyCache } from '../../../src/whatsapp/key-cache.js'

it('knows what was read and written, absence too, and asks for the rest', () => {
  const cache = keyCache()
  expect(cache.look('session', ['a', 'b'])).toEqual({ known: new Map(), unknown: ['a', 'b'] })
  cache.reading('session')(
    new Map([
      ['a', '1'],
      ['b', null],
    ]),
  )
  cache.wrote([
    { category: 'session', id: 'c', json: '3' },
    { category: 'pre-key', id: 'a', json: '4' },
  ])
  const { known, unknown } = cache.look('session', ['a', 'b', 'c', 'd'])
  expect([...known]).toEqual([
    ['a', '1'],
    ['b', null],
    ['c', '3'],
  ])
  expect(unknown).toEqual(['d'])
  cache.wrote([{ category: 'session', id: 'a', json: null }])
  expect(cache.look('session', ['a'])).toEqual({ known: new Map([['a', null]]), unknown: [] })
})

it.each([
  [
    'was committed',
    (cache: ReturnType<typeof keyCache>) => cache.wrote([{ category: 'session', id: 'a', json: 'new' }]),
  ],
  ['is under way', (cache: ReturnType<typeof keyCache>) => cache.writes()],
])('an answer that may be older than a write that %s is not kept', (_what, write) => {
  const cache = keyCache()
  const keep = cache.reading('session')
  write(cache)
  keep(new Map([['a', 'old']]))
  expect(cache.look('session', ['a']).known.get('a')).not.toBe('old')
})

it('holds only so much, and forgets what was not used for longest', () => {
  const cache = keyCache()
  const large = 'x'.repeat(100_000)
  for (let index = 0; index < 100; index++) {
    cache.wrote([{ category: 'session', id: String(index), json: large }])
    cache.look('session', ['0'])
  }
  const ids = Array.from({ length: 100 }, (_, index) => String(index))
  const { known } = cache.look('session', ids)
  expect(known.size).toBeLessThan(25)
  expect(known.has('0')).toBe(true)
  expect(known.has('1')).toBe(false)
})
