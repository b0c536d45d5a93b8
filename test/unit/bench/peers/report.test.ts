import { describe, expect, it } from 'vitest'
import type { Burst, Deaths } from '../../../../bench/peers/figures.js'
import { reportText, systemResult, type PeersResult } from '../../../../bench/peers/report.js'

const burst = (firstMs: number, duplicates = 0): Burst => ({
  firstMs,
  lastMs: 10 * firstMs,
  missing: 0,
  duplicates,
  createCpuMs: 2,
  sendCpuMs: 15,
})
const deaths = (twice: number): Deaths => ({
  messages: 200,
  twice,
  lost: 1,
  unreadable: 1,
  failed: 0,
  open: 2,
  overMs: 20_000,
})

describe('the result of a system', () => {
  it('lateness is of all rounds together', () => {
    const lag = (latesMs: number[]) => ({ latesMs, missing: 1, duplicates: 0 })
    const { p1 } = systemResult({ title: 'X', p1: [lag([10, 20]), lag([30, 40])], p2: [], p3: [] })
    expect(p1).toEqual({ messages: 4, p50Ms: 20, p99Ms: 40, maxMs: 40, missing: 2, duplicates: 0 })
  })

  it('of bursts the median round counts, and every duplicate', () => {
    const { p2 } = systemResult({
      title: 'X',
      p1: [],
      p2: [burst(100), burst(900, 2), burst(200, 1)],
      p3: [],
    })
    expect(p2).toMatchObject({ firstMs: 200, lastMs: 2_000, duplicates: 3 })
  })

  it('of two rounds the median is between them', () => {
    const { p2 } = systemResult({ title: 'X', p1: [], p2: [burst(100), burst(300)], p3: [] })
    expect(p2).toMatchObject({ firstMs: 200, lastMs: 2_000 })
  })

  it('of deaths everything is added up', () => {
    const { p3 } = systemResult({ title: 'X', p1: [], p2: [], p3: [deaths(3), deaths(4)] })
    expect(p3).toMatchObject({ messages: 400, twice: 7, lost: 2, open: 4 })
  })

  it('what was not asked for is not there', () => {
    expect(systemResult({ title: 'X', p1: [], p2: [], p3: [] })).toEqual({ title: 'X' })
  })

  it('where nothing arrived there is no lateness to tell', () => {
    const p1 = [{ latesMs: [], missing: 3, duplicates: 0 }]
    expect(systemResult({ title: 'X', p1, p2: [], p3: [] }).p1).toMatchObject({ missing: 3, p50Ms: null })
  })
})

describe('the report', () => {
  const result: PeersResult = {
    systems: {
      a: systemResult({
        title: 'A',
        p1: [{ latesMs: [], missing: 3, duplicates: 0 }],
        p2: [burst(123)],
        p3: [],
      }),
      b: systemResult({ title: 'B', p1: [], p2: [], p3: [deaths(5)] }),
    },
    versions: { node: '24.0.0' },
    machine: { cores: 2, model: 'a processor', load: 0.5 },
    rounds: 1,
    problems: ['B, p1, round 1: it ended'],
  }

  it('has a row for each system that was measured', () => {
    const text = reportText(result)
    expect(text).toMatch(/^A +123 ms +1\.2 s +2\.0 ms +15\.0 ms +17\.0 ms +0 +0$/m)
    expect(text).toMatch(/^B +5 of 200 +1 +1 +0 +2 +20\.0 s$/m)
    expect(text).toMatch(/^A +– +– +– +0 +3 of 3$/m)
  })

  it('names the machine, the versions and what could not be measured', () => {
    const text = reportText(result)
    expect(text).toContain('2 cores, a processor, load 0.5')
    expect(text).toContain('node 24.0.0')
    expect(text).toContain('✖ B, p1, round 1: it ended')
  })

  it('leaves out a workload that nobody was asked to do', () => {
    expect(reportText({ ...result, systems: {} })).not.toContain('P1')
  })
})
