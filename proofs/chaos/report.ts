import { fields, table } from '../../src/cli/table.js'
import { percentile } from '../shared/percentile.js'
import type { Failover } from './failover.js'
import type { Verdict } from './judge.js'
import type { ChaosOptions } from './options.js'
import { killKinds, type FaultKind } from './plan.js'

export type ChaosResult = {
  seed: number
  kills: number
  killsByKind: Record<string, number>
  /** Drops and pauses, which are no kills. */
  otherFaults: Record<string, number>
  missed: number
  reminders: number
  messages: number
  reads: number
  expectedReads: number
  duplicates: number
  lost: number
  outOfOrder: number
  unexpected: number
  disagreements: number
  limitExceeded: number
  resent: number
  undone: number
  leftovers: number
  failovers: number
  failoverMsP50: number | null
  failoverMsMax: number | null
  /** Those with no further kill on the way. */
  failoversAlone: number
  failoverMsMaxAlone: number | null
  /** Workers that ended by themselves, mostly because a server was away when they started. */
  ownEnds: number
  /** Workers that did not end when told to. */
  hung: number
  faultsMs: number
  drainMs: number
  isGood: boolean
  evidence: string[]
}

export function resultOf({
  options,
  verdict,
  counts,
  unusedDrops,
  failovers,
  undone,
  left,
  ...rest
}: {
  options: ChaosOptions
  verdict: Verdict
  reminders: number
  expectedReads: number
  counts: Map<FaultKind, number>
  missed: number
  unusedDrops: number
  failovers: Failover[]
  faultsMs: number
  drainMs: number
  ownEnds: number
  hung: number
  undone: string[]
  left: string[]
}): ChaosResult {
  const { evidence, ...found } = verdict
  const msOf = (those: Failover[]) => those.map(({ durationMs }) => durationMs)
  const alone = failovers.filter(({ isAlone }) => isAlone)
  const killsByKind = Object.fromEntries(killKinds.map((kind) => [kind, counts.get(kind) ?? 0]))
  const bad =
    found.duplicates +
    found.lost +
    found.outOfOrder +
    found.unexpected +
    found.disagreements +
    found.limitExceeded +
    undone.length +
    left.length +
    rest.hung
  return {
    seed: options.seed,
    kills: Object.values(killsByKind).reduce((sum, count) => sum + count, 0),
    killsByKind,
    otherFaults: {
      ackDrop: counts.get('ackDrop') ?? 0,
      stanzaDrop: counts.get('stanzaDrop') ?? 0,
      dropsThatHitNothing: unusedDrops,
      pause: counts.get('pause') ?? 0,
    },
    ...found,
    ...rest,
    undone: undone.length,
    leftovers: left.length,
    failovers: failovers.length,
    failoverMsP50: percentile(msOf(failovers), 0.5),
    failoverMsMax: percentile(msOf(failovers), 1),
    failoversAlone: alone.length,
    failoverMsMaxAlone: percentile(msOf(alone), 1),
    isGood: bad === 0 && found.reads === rest.expectedReads && found.reads > 0,
    evidence: [...undone, ...left, ...evidence],
  }
}

const shownEvidence = 40

const killNames: Record<(typeof killKinds)[number], string> = {
  workerKill: 'worker, kill -9',
  workerTerm: 'worker, SIGTERM',
  workerStop: 'worker, SIGSTOP and SIGCONT',
  temporalKill: 'Temporal, kill -9',
  postgresKill: 'Postgres, kill -9 or immediate shutdown',
  socketClose: 'WhatsApp connection closed',
  socketRestart: 'WhatsApp connection closed with 515',
}

export function reportText(result: ChaosResult): string {
  const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`)
  const lines = [
    table(
      ['KILLS', String(result.kills)],
      killKinds.map((kind) => [killNames[kind], String(result.killsByKind[kind] ?? 0)]),
    ),
    '',
    fields([
      ['Seed', String(result.seed)],
      ['Faults for', seconds(result.faultsMs)],
      ['Acks dropped', String(result.otherFaults.ackDrop)],
      ['Stanzas dropped', String(result.otherFaults.stanzaDrop)],
      ['Pauses and resumes', String(result.otherFaults.pause)],
      ['Reminders', String(result.reminders)],
      ['Messages', `${result.messages}, read ${result.reads} times of ${result.expectedReads}`],
      ['Sent again under one id', String(result.resent)],
      ['Duplicates', String(result.duplicates)],
      ['Lost', String(result.lost)],
      ['Out of order', String(result.outOfOrder)],
      ['Not asked for', String(result.unexpected)],
      ['Postgres disagrees', String(result.disagreements)],
      ['Limit exceeded', String(result.limitExceeded)],
      ['Not over, or left over', String(result.undone + result.leftovers)],
      ['Workers that hung', String(result.hung)],
      ['Workers restarted', `${result.ownEnds} times beside the kills`],
      [
        'Failover',
        `p50 ${seconds(result.failoverMsP50)}, max ${seconds(result.failoverMsMax)}, of ${result.failovers}`,
      ],
      [
        '– with no further kill on the way',
        `max ${seconds(result.failoverMsMaxAlone)}, of ${result.failoversAlone}`,
      ],
      ['Everything over after', seconds(result.drainMs)],
    ]),
    '',
    result.isGood
      ? '✔ Every message was read once, in order, within the limits.'
      : `✖ Not every message was read once, in order, within the limits. Again with --seed ${result.seed}.`,
    ...result.evidence.slice(0, shownEvidence).map((line) => `  ${line}`),
  ]
  if (result.evidence.length > shownEvidence)
    lines.push(`  and ${result.evidence.length - shownEvidence} more`)
  return lines.join('\n')
}
