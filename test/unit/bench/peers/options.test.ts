import { describe, expect, it } from 'vitest'
import { countsOf, readOptions } from '../../../../bench/peers/options.js'
import { Scene } from '../../../../bench/peers/scene.js'
import { systemIds } from '../../../../bench/peers/systems.js'

describe('the options', () => {
  it('without any, all systems do everything twice', () => {
    expect(readOptions([])).toEqual({
      only: systemIds,
      workloads: ['p1', 'p2', 'p3'],
      messages: 1_000,
      accounts: 20,
      rounds: 2,
      isJson: false,
      home: '.carillon/peers',
    })
  })

  it('a list is taken in the order of all, each once', () => {
    const options = readOptions(['--only', 'bullmq,carillon,bullmq', '--workloads', 'p3,p1'])
    expect(options).toMatchObject({ only: ['carillon', 'bullmq'], workloads: ['p1', 'p3'] })
  })

  it('a name that is none is an error that lists them', () => {
    expect(() => readOptions(['--only', 'sidekiq'])).toThrow("got 'sidekiq'")
  })

  it('of the other workloads there are fewer messages', () => {
    expect(countsOf({ messages: 1_000 })).toEqual({ p1: 300, p2: 1_000, p3: 200 })
  })
})

describe('a scene', () => {
  const options = { accounts: 4, messages: 50, workloads: ['p1', 'p2', 'p3'] as const }
  const scene = new Scene(1, options)
  const given = { key: 'k', dueMs: 5_000, seed: 1 }

  it('each message of a burst goes to a group of its own, and is due at once', () => {
    const messages = scene.messages('p2', given)
    expect(new Set(messages.map(({ jid }) => jid)).size).toBe(50)
    expect(new Set(messages.map(({ phone }) => phone)).size).toBe(4)
    expect(new Set(messages.map(({ dueMs }) => dueMs))).toEqual(new Set([5_000]))
  })

  it('the due times within a minute are the same for all systems of a round', () => {
    const times = scene.messages('p1', given).map(({ dueMs }) => dueMs)
    expect(new Scene(2, options).messages('p1', given).map(({ dueMs }) => dueMs)).toEqual(times)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(5_000)
    expect(Math.max(...times)).toBeLessThanOrEqual(65_000)
  })

  it('no group and no number is of two systems, and none that reads is one that only counts', () => {
    const of = (family: number) => {
      const { phones, accounts } = new Scene(family, options)
      return [...phones, ...accounts.flatMap(({ jids }) => [...jids.counted, ...jids.read])]
    }
    const all = [...of(1), ...of(2)]
    expect(new Set(all).size).toBe(all.length)
  })
})
