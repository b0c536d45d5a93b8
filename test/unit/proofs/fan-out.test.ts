import { describe, expect, it } from 'vitest'
import { readOptions } from '../../../proofs/fan-out/options.js'
import { problemsOf, type Measured } from '../../../proofs/fan-out/report.js'
import { compare } from '../../../proofs/fan-out/wire.js'

const good: Measured = {
  groups: 100,
  concurrency: 20,
  state: 'completed',
  wire: { stanzas: 200, messages: 200, duplicates: 0, lost: 0, unexpected: 0 },
  uploads: 1,
  histories: { lives: 1, executions: 105, longest: { workflowType: 'run', events: 510 }, longestOfRun: 510 },
  memory: [0.1, 0.5, 1].map((share) => ({ share, residentMb: 400, heapMb: 60 })),
  times: { wallMs: 10_000, sendMs: 100, betweenPartsMs: 400, targetMs: 600 },
  log: { relayMs: 80 },
  statements: { prepare: 2, perMessage: 9 },
  processor: { worker: 4, temporal: 2, postgres: 1, whatsapp: 1 },
  bare: { messages: 100, wallMs: 2_000, processorMs: 1_000 },
}

describe('what is wrong with a fan-out', () => {
  it('is nothing when every group got each message once', () => {
    expect(problemsOf(good)).toEqual([])
  })

  const bad: Record<string, Partial<Measured>> = {
    'a lost message': { wire: { ...good.wire, stanzas: 199, messages: 199, lost: 1 } },
    'a duplicate': { wire: { ...good.wire, stanzas: 201, duplicates: 1 } },
    'a message of nobody': { wire: { ...good.wire, unexpected: 1 } },
    'a second upload': { uploads: 2 },
    'a run that is not completed': { state: 'partial' },
    'eleven statements': { statements: { prepare: 11, perMessage: 9 } },
    'a run that was not seen being prepared': { statements: { prepare: 0, perMessage: 9 } },
    'a history that is too long': {
      histories: { ...good.histories, longest: { workflowType: 'run', events: 10_001 } },
    },
    'a limit that was not used': { limit: { ratePerMinute: 40, used: 0.97 } },
    'a heap that grows with the groups': {
      memory: [0.1, 0.5, 1].map((share) => ({ share, residentMb: 400, heapMb: 60 + 20 * share })),
    },
  }
  for (const [name, change] of Object.entries(bad))
    it(`is ${name}`, () => expect(problemsOf({ ...good, ...change })).not.toEqual([]))
})

it('the same chat and id twice is a duplicate, the same id in two chats is not', () => {
  const wanted = [
    { chat: 'a', id: '1' },
    { chat: 'b', id: '1' },
    { chat: 'c', id: '1' },
  ]
  const stanzas = [
    { chat: 'a', id: '1' },
    { chat: 'b', id: '1' },
    { chat: 'b', id: '1' },
    { chat: 'd', id: '9' },
  ]
  expect(compare(stanzas, wanted)).toEqual({
    stanzas: 4,
    messages: 3,
    duplicates: 1,
    lost: 1,
    unexpected: 1,
  })
})

it('options: 10,000 groups where nothing is said, and a bare loop of no more groups than there are', () => {
  expect(readOptions([])).toMatchObject({ groups: 10_000, concurrency: 20, bareGroups: 500 })
  expect(readOptions(['--groups', '100'])).toMatchObject({ bareGroups: 100 })
  expect(() => readOptions(['--concurrency', '21'])).toThrow("from 1 to 20, got '21'")
  expect(() => readOptions(['--recipients', '5'])).toThrow('--recipients')
})
