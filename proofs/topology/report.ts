import type { Style } from '../../src/cli/io.js'
import { table } from '../../src/cli/table.js'
import { hasPassed, type TrialResult } from './trial.js'

export type ServiceState = { service: string; what: string; health: string }

/** What runs, and what the recipients saw, for people. */
export function reportText({
  services,
  trials,
  style,
}: {
  services: ServiceState[]
  trials: TrialResult[]
  style: Style
}): string {
  const mark = (trial: TrialResult) => {
    const { once, expected } = trial.arrivals
    const text = `${once} of ${expected}`
    return hasPassed(trial) ? style.green(text) : style.red(text)
  }
  const isGood = trials.every((trial) => hasPassed(trial))
  return [
    table(
      ['SERVICE', 'RUNS', 'HEALTH'],
      services.map(({ service, what, health }) => [service, what, health]),
    ),
    '',
    table(
      ['DURING A RUN', 'BEGAN AFTER', 'RUN TOOK', 'SEEN ONCE', 'MISSING', 'REPEATED'],
      trials.map((trial) => [
        trial.name,
        `${trial.disturbedAt} of ${trial.sends} sends`,
        `${(trial.runMs / 1_000).toFixed(1)} s`,
        mark(trial),
        String(trial.arrivals.missing),
        String(trial.arrivals.repeated),
      ]),
    ),
    '',
    isGood
      ? style.green('✔ Every recipient saw every message once.')
      : style.red('✖ Not every recipient saw every message once, or a disturbance came too late to disturb.'),
  ].join('\n')
}
