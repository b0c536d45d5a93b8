import { expect, test } from 'vitest'
import { heldBy } from '../../../console/src/pages/runs/held-by.js'
import type { HistoryEntry } from '../../../src/store/views/audit.js'

const [id, another] = ['run:local/trip@2026-11-30T07:00:00Z', 'run:local/trip@2026-12-01T07:00:00Z']
const at = (time: string): Date => new Date(`2026-11-30T${time}:00Z`)
const said = { reason: { code: 'canceledBy' as const, values: {} } }

function asked(time: string, action: string, by: string, runId: string | null = null): HistoryEntry {
  return { kind: 'request', at: at(time), action, runId, by, reason: null }
}

test('a stopped run was stopped by what was asked of it or its reminder before its end, and not since', () => {
  const run = { id, state: 'canceled' as const, said, hold: null, finishedAt: at('07:10') }
  const history = [
    asked('09:00', 'delete', 'carl'),
    asked('08:00', 'cancel', 'ben'),
    asked('07:10', 'cancel', 'anna', id),
    asked('07:05', 'cancel', 'dora', another),
    asked('07:01', 'pause', 'emil', id),
  ]
  expect(heldBy(run, history)?.by).toBe('anna')
  expect(heldBy({ ...run, finishedAt: at('08:00') }, history)?.by).toBe('ben')
  expect(heldBy({ ...run, state: 'paused', hold: 'cancel', finishedAt: null }, history)?.by).toBe('carl')
})

test('a pause is that of the run or that of its reminder, whichever holds it', () => {
  const run = { id, state: 'paused' as const, finishedAt: null }
  const history = [
    asked('07:04', 'pause', 'dora', another),
    asked('07:03', 'pause', 'ben'),
    asked('07:02', 'pause', 'anna', id),
    asked('07:01', 'cancel', 'carl'),
  ]
  expect(heldBy({ ...run, hold: 'run' }, history)?.by).toBe('anna')
  expect(heldBy({ ...run, hold: 'reminder' }, history)?.by).toBe('ben')
  expect(heldBy({ ...run, hold: 'run' }, history.slice(0, 2))).toBeUndefined()
})
