import { afterEach, expect, it, vi } from 'vitest'
import { pair } from '../../src/cli/account/pair.js'
import { createStyle, type CommandContext } from '../../src/cli/io.js'
import { hinting } from '../../src/cli/waiting-hint.js'
import type { PairOptions } from '../../src/client/accounts/pairing.js'

afterEach(() => {
  vi.useRealTimers()
})

function contextOf(isJson: boolean) {
  const err: string[] = []
  const accounts = {
    pair: async ({ onNoWorker }: PairOptions) => {
      onNoWorker?.()
      return { kind: 'connected', already: false }
    },
  }
  const context = {
    io: { out: () => {}, err: (text: string) => err.push(text) },
    isJson,
    style: createStyle(false),
    client: async () => ({ accounts }),
  } as unknown as CommandContext
  return { err, context }
}

it.each([
  [false, ['Waiting for a worker to answer…']],
  [true, []],
])('who waits for a worker is told so in words, unless all is JSON (%j)', async (isJson, told) => {
  vi.useFakeTimers()
  const { err, context } = contextOf(isJson)
  const answered = hinting(context, async () => {
    await vi.advanceTimersByTimeAsync(5_000)
    return 'done'
  })
  expect(await answered).toBe('done')
  expect(err).toEqual(told)
})

it.each([
  [false, ['No worker has taken it up yet. Is one running? (`carillon doctor`)']],
  [true, []],
])('who links a phone is told that no worker runs, unless all is JSON (%j)', async (isJson, told) => {
  const { err, context } = contextOf(isJson)
  await pair(context, 'office', {})
  expect(err).toEqual(told)
})
