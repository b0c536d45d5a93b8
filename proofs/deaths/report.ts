import { fields } from '../../src/cli/table.js'
import type { Verdict } from '../chaos/judge.js'

export type DeathsResult = {
  rounds: number
  /** In the last round nobody died: there was nothing left to die of. */
  isQuiet: boolean
  /** Statements and transactions after which a worker has died. */
  deaths: number
  messages: number
  reads: number
  expectedReads: number
  duplicates: number
  lost: number
  outOfOrder: number
  unexpected: number
  disagreements: number
  resent: number
  /** What was not over in time, or could not be asked for. */
  undone: number
  leftovers: number
  durationMs: number
  isGood: boolean
  evidence: string[]
  /** Their texts. */
  statements: string[]
}

export function resultOf({
  rounds,
  isQuiet,
  deaths,
  verdict,
  readTwice,
  expectedReads,
  undone,
  left,
  durationMs,
}: {
  rounds: number
  isQuiet: boolean
  deaths: string[]
  verdict: Verdict
  /** Messages of reminders that were canceled. */
  readTwice: string[]
  expectedReads: number
  undone: string[]
  left: string[]
  durationMs: number
}): DeathsResult {
  const { evidence, limitExceeded: _limits, ...found } = verdict
  const duplicates = found.duplicates + readTwice.length
  const bad =
    duplicates +
    found.lost +
    found.outOfOrder +
    found.unexpected +
    found.disagreements +
    undone.length +
    left.length
  return {
    rounds,
    isQuiet,
    deaths: deaths.length,
    ...found,
    duplicates,
    expectedReads,
    undone: undone.length,
    leftovers: left.length,
    durationMs,
    isGood: bad === 0 && found.reads === expectedReads && expectedReads > 0 && deaths.length > 0,
    evidence: [...undone, ...left, ...readTwice, ...evidence],
    statements: deaths.toSorted(),
  }
}

const shownEvidence = 40
const shownText = 110

export function reportText(result: DeathsResult): string {
  const { evidence, statements } = result
  return [
    'A worker died after each of these:',
    ...statements.map((text) => `  ${text.length > shownText ? `${text.slice(0, shownText)}…` : text}`),
    '',
    fields([
      ['Deaths', `${result.deaths} in ${result.rounds} rounds, ${Math.round(result.durationMs / 1_000)} s`],
      ['In the last round', result.isQuiet ? 'none' : 'some: it ended by --rounds, or by what it found'],
      ['Messages', `${result.messages}, read ${result.reads} times of ${result.expectedReads}`],
      ['Sent again under one id', String(result.resent)],
      ['Duplicates', String(result.duplicates)],
      ['Lost', String(result.lost)],
      ['Out of order', String(result.outOfOrder)],
      ['Not asked for', String(result.unexpected)],
      ['Postgres disagrees', String(result.disagreements)],
      ['Not over in time', String(result.undone)],
      ['Left over', String(result.leftovers)],
    ]),
    ...(evidence.length === 0 ? [] : ['', ...evidence.slice(0, shownEvidence)]),
    '',
    result.isGood
      ? '✔ Whatever was written and not seen to be, every message arrived as asked, once.'
      : '✖ Something is not as it should be.',
  ].join('\n')
}
