import * as hooks from 'node:async_hooks'
import { expect, test } from 'vitest'
import { withSharedStorage } from '../../../src/whatsapp/shared-storage.js'

const storage = () => withSharedStorage(() => new hooks.AsyncLocalStorage<string>())

test('each storage has what it was run with, in the storages around it and after a wait', async () => {
  const [first, second] = [storage(), storage()]
  await first.run('first', async () => {
    expect([first.getStore(), second.getStore()]).toEqual(['first', undefined])
    await second.run('second', async () => {
      await Promise.resolve()
      expect([first.getStore(), second.getStore()]).toEqual(['first', 'second'])
    })
    await first.run('inner', async () => {
      await Promise.resolve()
      expect([first.getStore(), second.getStore()]).toEqual(['inner', undefined])
    })
    expect(first.getStore()).toBe('first')
  })
  expect([first.getStore(), second.getStore()]).toEqual([undefined, undefined])
})

test('two that run side by side do not see each other', async () => {
  const one = storage()
  const seen = await Promise.all(
    ['a', 'b'].map((store) =>
      one.run(store, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return one.getStore()
      }),
    ),
  )
  expect(seen).toEqual(['a', 'b'])
})

test('work gets its arguments, and what it throws comes out', () => {
  const one = storage()
  expect(one.run('a', (x: number, y: number) => x + y, 1, 2)).toBe(3)
  const fail = () => {
    throw new Error('as it is')
  }
  expect(() => one.run('a', fail)).toThrow('as it is')
  expect(one.getStore()).toBeUndefined()
})

test("Node's own class is back afterwards, also where making fails", () => {
  const before = hooks.AsyncLocalStorage
  expect(storage()).not.toBeInstanceOf(before)
  const fail = () => {
    throw new Error('no socket')
  }
  expect(() => withSharedStorage(fail)).toThrow('no socket')
  expect(hooks.AsyncLocalStorage).toBe(before)
  expect(new hooks.AsyncLocalStorage()).toBeInstanceOf(before)
})
