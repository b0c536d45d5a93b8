import { seeded, type Random } from '../shared/random.js'

/** What happens next. Whom it hits is drawn too (`pick`, a fraction), and chosen among those that are up then. */
export type Fault =
  | { kind: 'workerKill'; pick: number; downMs: number }
  | { kind: 'workerTerm'; pick: number; downMs: number }
  | { kind: 'workerStop'; pick: number; forMs: number }
  | { kind: 'temporalKill'; downMs: number }
  /** kill -9 of the postmaster, or its own "immediate shutdown". */
  | { kind: 'postgresKill'; downMs: number; signal: 'SIGKILL' | 'SIGQUIT' }
  | { kind: 'socketClose'; pick: number; how: 'close' | 'unavailable' }
  | { kind: 'socketRestart'; pick: number }
  | { kind: 'ackDrop'; pick: number }
  | { kind: 'stanzaDrop'; pick: number }
  | { kind: 'pause'; what: 'run' | 'reminder' | 'account'; pick: number; forMs: number }

export type FaultKind = Fault['kind']
/** `thenRest`: so many faults came in a row that the system is to be let alone for a while after this one. */
export type PlannedFault = { afterMs: number; fault: Fault; thenRest: boolean }

/** What counts as a kill: something that ran or was connected is not any more. */
export const killKinds = [
  'workerKill',
  'workerTerm',
  'workerStop',
  'temporalKill',
  'postgresKill',
  'socketClose',
  'socketRestart',
] as const satisfies FaultKind[]
export type KillKind = (typeof killKinds)[number]

export function isKill(kind: FaultKind): kind is KillKind {
  return (killKinds as readonly FaultKind[]).includes(kind)
}

// In a hundred. A worker takes seconds of processor time to start, a socket hardly any.
const weights: Record<FaultKind, number> = {
  workerKill: 14,
  workerTerm: 6,
  workerStop: 8,
  temporalKill: 8,
  postgresKill: 8,
  socketClose: 30,
  socketRestart: 8,
  ackDrop: 5,
  stanzaDrop: 5,
  pause: 8,
}

const inARow = 15

/** The faults of a seed, one after another, for ever; `paceMs` apart on average. */
export function* planFaults(seed: number, paceMs: number): Generator<PlannedFault, never, void> {
  const random = seeded(seed)
  const kinds = Object.entries(weights).flatMap(([kind, weight]) =>
    Array.from({ length: weight }, () => kind as FaultKind),
  )
  for (let count = 1; ; count++) {
    const afterMs = Math.round(paceMs * (0.3 + 1.4 * random.fraction()))
    yield { afterMs, fault: draw(random, random.pick(kinds)), thenRest: count % inARow === 0 }
  }
}

function draw(random: Random, kind: FaultKind): Fault {
  const pick = random.fraction()
  switch (kind) {
    case 'workerKill':
    case 'workerTerm':
      return { kind, pick, downMs: random.between(0, 6_000) }
    case 'workerStop':
      // Some shorter than the 10 s after which a silent owner is given up, some longer.
      return { kind, pick, forMs: random.between(500, 18_000) }
    case 'temporalKill':
      return { kind, downMs: random.between(0, 4_000) }
    case 'postgresKill':
      return { kind, downMs: random.between(0, 4_000), signal: random.pick(['SIGKILL', 'SIGQUIT'] as const) }
    case 'socketClose':
      return { kind, pick, how: random.pick(['close', 'unavailable'] as const) }
    case 'socketRestart':
    case 'ackDrop':
    case 'stanzaDrop':
      return { kind, pick }
    case 'pause':
      return {
        kind,
        what: random.pick(['run', 'run', 'reminder', 'account'] as const),
        pick,
        forMs: random.between(500, 12_000),
      }
  }
}

export type PlannedReminder = {
  key: string
  account: number
  /** Indexes of the account's groups. */
  groups: number[]
  hasImage: boolean
  dueInMs: number
}

/** The reminders of one account, one after another, for ever. */
export function* planReminders(
  seed: number,
  { account, groups }: { account: number; groups: number },
): Generator<PlannedReminder, never, void> {
  const random = seeded(seed * 31 + 1_000_003 * (account + 1))
  const all = Array.from({ length: groups }, (_, index) => index)
  for (let number = 1; ; number++)
    yield {
      key: `chaos-${account + 1}-${number}`,
      account,
      groups: random.some(all, random.between(3, 6)),
      hasImage: random.fraction() < 0.2,
      dueInMs: random.between(500, 4_000),
    }
}
