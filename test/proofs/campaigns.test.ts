import { expect, test } from 'vitest'
import type { ChaosResult } from '../../proofs/chaos/report.js'
import type { DeathsResult } from '../../proofs/deaths/report.js'
import type { LinkResult } from '../../proofs/link/report.js'
import type { SoakResult } from '../../proofs/soak/report.js'
import { runProof } from '../support/run-proof.js'

// The programs bound their own waits; this bounds a broken one, on a busy machine.
const timeoutMs = 900_000

test(
  'whatever is killed, every message is read once, in order, within the limits',
  async () => {
    // This seed's first nine kills are of every kind, with drops and pauses in between.
    const size = '--kills 9 --accounts 2 --workers 2 --rate 60 --pace 1500'
    const { result } = await runProof<ChaosResult>('chaos', `--seed 359 ${size}`)
    expect(result.evidence).toEqual([])
    expect(result).toMatchObject({
      duplicates: 0,
      lost: 0,
      outOfOrder: 0,
      unexpected: 0,
      disagreements: 0,
      limitExceeded: 0,
      undone: 0,
      leftovers: 0,
      hung: 0,
      isGood: true,
    })
    expect(result.kills).toBeGreaterThanOrEqual(9)
    expect(result.messages).toBeGreaterThan(0)
    expect(result.reads).toBe(result.expectedReads)
  },
  timeoutMs,
)

test(
  'a worker that dies when it has written something, and has not seen that, takes nothing with it',
  async () => {
    const { result } = await runProof<DeathsResult>('deaths', '--rounds 1 --deaths 10')
    expect(result.evidence).toEqual([])
    expect(result).toMatchObject({
      deaths: 10,
      duplicates: 0,
      lost: 0,
      undone: 0,
      leftovers: 0,
      isGood: true,
    })
    expect(result.messages).toBeGreaterThan(0)
    expect(result.reads).toBe(result.expectedReads)
  },
  timeoutMs,
)

test(
  'memory, handles, connections and histories stay flat while sends go on (lessons: B5)',
  async () => {
    const size = '--accounts 2 --workers 1 --every 4 --sample 2'
    const { result } = await runProof<SoakResult>('soak', `--seconds 40 ${size}`)
    expect(result.trends.filter((trend) => !trend.isGood)).toEqual([])
    const seen = result.trends.map(({ metric }) => metric)
    for (const metric of ['heap MB', 'RSS MB', 'handles', 'open files'])
      expect(seen).toContain(`worker-1: ${metric}`)
    expect(seen).toContain('Temporal: events for each target')
    expect(result).toMatchObject({ duplicates: 0, lost: 0, outOfOrder: 0, limitExceeded: 0, problems: 0 })
    expect(result).toMatchObject({ isFlat: true, isGood: true })
    expect(result.messages).toBeGreaterThan(0)
  },
  timeoutMs,
)

test(
  'a busy account is linked: its tokens are taken, its history passes through, and all groups are those it may write to',
  async () => {
    const { result } = await runProof<LinkResult>('link', '--groups 30 --contacts 60 --history 4')
    expect(result).toMatchObject({
      problems: [],
      rows: { tokens: 59, groups: 30 },
      contactReached: true,
      strangerRefused: true,
      all: { expected: 27, reached: 27, besides: 0, duplicates: 0 },
      isGood: true,
    })
  },
  timeoutMs,
)
