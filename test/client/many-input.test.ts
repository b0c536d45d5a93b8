import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeIssue, InputError } from '../../src/client/errors.js'
import { sharedMedia } from '../../src/client/input/media/shared.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { firstTaskInMs } from '../../src/client/reminders/many/create.js'
import { readList } from '../../src/client/reminders/many/read.js'
import type { MediaToStore } from '../../src/store/reminders/media.js'
import { imageFolder } from './support/images.js'
import { context, good } from './support/input.js'

const images = imageFolder()
const read = async (inputs: unknown, change = {}) =>
  await readList(inputs as ReminderInput[], { against: context(change), keep: () => undefined })

describe('a list of reminders', () => {
  it('has its issues by their place and key, each as in a create of one', async () => {
    const { all, issues } = await read([
      { ...good, key: 'first' },
      { ...good, key: 'second', at: 'half past never', priority: 12 },
      'not a reminder',
      { ...good, key: 'no spaces', text: undefined },
    ])
    expect(all.map(({ key }) => key)).toEqual(['first'])
    expect(issues.map(({ field, key }) => ({ field, key }))).toEqual([
      { field: 'reminders[1].priority', key: 'second' },
      { field: 'reminders[1].at', key: 'second' },
      { field: 'reminders[2]', key: undefined },
      { field: 'reminders[2].to', key: undefined },
      { field: 'reminders[2].parts', key: undefined },
      { field: 'reminders[2].at', key: undefined },
      { field: 'reminders[3].key', key: undefined },
      { field: 'reminders[3].parts', key: undefined },
    ])
    expect(issues.map(describeIssue)[0]).toMatch(/^reminders\[1\]\.priority \(key 'second'\): expected /)
  })

  it('is not read to its end where so much of it cannot be used', async () => {
    const { all, issues } = await read(Array.from({ length: 100_000 }, () => 'not a reminder'))
    expect(all).toEqual([])
    expect(issues.length).toBeLessThan(1_100)
    expect(issues.at(-1)).toEqual({
      field: expect.stringMatching(/^reminders\[\d+\]$/) as string,
      expected: 'not read, nor what follows it, since so much before it cannot be used',
    })
  })

  it('may not be empty, nor something else', async () => {
    await expect(read([])).rejects.toMatchObject({ issues: [{ field: 'reminders', got: 'an empty list' }] })
    await expect(read({})).rejects.toThrow(InputError)
  })

  it('may have the same twice, and no key for two', async () => {
    const { all, issues } = await read([
      { ...good, key: 'trip' },
      { ...good, key: 'trip' },
      { ...good, key: 'trip', text: 'Another.' },
      good,
      good,
    ])
    expect(all.map(({ sameAs }) => sameAs)).toEqual([undefined, 0, undefined, undefined, 3])
    expect(all[1]?.warnings).toEqual(['it is the same as reminders[0]: they are one reminder'])
    expect(issues).toEqual([
      { field: 'reminders[2].key', key: 'trip', expected: expect.stringContaining('reminders[0]') },
    ])
  })

  it('asks once for the groups of an account', async () => {
    let asked = 0
    const { groupsOf } = context()
    const counted = async (accountId: string) => {
      asked += 1
      return await groupsOf(accountId)
    }
    await read(
      Array.from({ length: 200 }, (_, index) => ({ ...good, key: `r-${index}` })),
      { groupsOf: counted },
    )
    expect(asked).toBe(1)
  })

  it('tells people of the first fifty issues, and programs of all', () => {
    const issues = Array.from({ length: 1_000 }, (_, index) => ({
      field: `reminders[${index}].at`,
      expected: 'x',
    }))
    const error = new InputError(issues)
    expect(error.issues).toHaveLength(1_000)
    expect(error.message.split('\n')).toHaveLength(52)
    expect(error.message).toMatch(/and 950 more$/)
  })
})

describe('the images of many', () => {
  it('are read once, and stored in the end', async () => {
    const stored: MediaToStore[][] = []
    const shared = sharedMedia(async (media) => void stored.push([...media]))
    const path = join(images.path(), 'poster.jpg')
    const [one, two] = [
      await shared.readMedia({ kind: 'image', path, folder: '/' }),
      await shared.readMedia({ kind: 'image', path, folder: '/elsewhere' }),
    ]
    expect(two).toBe(one)
    if (one.kind === 'read') shared.keep([one.media, one.media])
    expect(stored).toEqual([])
    await shared.storeAll()
    expect(stored.map((media) => media.length)).toEqual([1])
  })

  it('are stored and forgotten where there is much of them', async () => {
    const stored: MediaToStore[][] = []
    const shared = sharedMedia(async (media) => void stored.push([...media]), { mostBytes: 10 })
    for (const name of ['poster.jpg', 'poster.webp']) {
      const image = await shared.readMedia({ kind: 'image', path: join(images.path(), name), folder: '/' })
      if (image.kind === 'read') shared.keep([image.media])
    }
    expect(stored).toHaveLength(1)
    await shared.storeAll()
    expect(stored.map((media) => media.length)).toEqual([1, 1])
  })
})

describe('the first step of many', () => {
  const nowMs = Date.parse('2026-11-24T06:00:00Z')
  it.each([
    ['waits until those of the rest are over', '2026-11-24T09:00:00Z', 300, 7_500],
    ['waits for a long list too', '2026-11-24T09:00:00Z', 10_000, 250_000],
    ['comes well before it is due', '2026-11-24T06:00:10Z', 1_000, 5_000],
    ['does not wait where it is due', '2026-11-24T05:59:00Z', 1_000, 0],
    ['does not wait of the last', '2026-11-24T09:00:00Z', 0, 0],
  ])('%s', (_what, at, left, expected) => {
    expect(firstTaskInMs(at, { left, nowMs })).toBe(expected)
  })
})
