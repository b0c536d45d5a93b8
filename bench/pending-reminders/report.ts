import type { Figures } from './measure.js'

/** What must hold, as ratios of figures of one run. */
export function ratios(figures: Figures) {
  const { creates, bareStarts, residentWithAll, residentWithNone } = figures
  return {
    /** ≥ 0.7 */
    creates: creates / bareStarts,
    /** ≤ 1.1 */
    resident: residentWithAll / residentWithNone,
    /** About 1: a page and a look-up cost the same however many there are. */
    list: figures.listAll / figures.listFew,
    show: figures.showAll / figures.showFew,
    /** About 1 */
    lateness: figures.latenessAmongAll / figures.latenessAlone,
  }
}

/**
 * What must hold and does not: `creates` is how much of the bare SDK's rate creating must reach at least, `most` how
 * much more each of the others may be at most.
 */
export function missed(
  figures: Figures,
  bounds: { creates: number; most: Record<'resident' | 'list' | 'show' | 'lateness', number> },
): string[] {
  const ratio = ratios(figures)
  const tooMuch = (['resident', 'list', 'show', 'lateness'] as const)
    .filter((name) => !(ratio[name] <= bounds.most[name]))
    .map((name) => `${name} is ${ratio[name].toFixed(2)}, above ${bounds.most[name]}`)
  return ratio.creates >= bounds.creates
    ? tooMuch
    : [`creates is ${ratio.creates.toFixed(2)}, below ${bounds.creates}`, ...tooMuch]
}

export function report(figures: Figures): string {
  const ratio = ratios(figures)
  const line = (what: string, value: number, unit: string, than: number, factor: number) =>
    `  ${what.padEnd(22)} ${value.toFixed(1)} ${unit}, against ${than.toFixed(1)}: ${factor.toFixed(2)}`
  return [
    `${figures.pending} pending reminders (load ${figures.loadOfOneMinute.toFixed(1)})`,
    line('creates, bare starts', figures.creates, '/s', figures.bareStarts, ratio.creates),
    line('worker, with none', figures.residentWithAll, 'MB', figures.residentWithNone, ratio.resident),
    line('list, of 100', figures.listAll, 'ms', figures.listFew, ratio.list),
    line('show, of 100', figures.showAll, 'ms', figures.showFew, ratio.show),
    line('late, of 100', figures.latenessAmongAll, 'ms', figures.latenessAlone, ratio.lateness),
  ].join('\n')
}
