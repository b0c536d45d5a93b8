import { Presets, SingleBar } from 'cli-progress'
import type { RunProgress } from '../client/runs/progress.js'
import { printable } from '../words/printable.js'
import { lateText } from './run/output.js'
import { clock } from '../words/times.js'

// cli-progress has tokens of its own (eta, duration, percentage), which go before ours.
const format = '{bar} {value}/{total} messages · {targets} · {rate}{left}{late}{waits}'

/** A live bar on a terminal, redrawn in place. */
export class ProgressBar {
  private readonly bar: SingleBar
  private isStarted = false

  constructor(terminal: NodeJS.WriteStream) {
    this.bar = new SingleBar(
      {
        stream: terminal,
        format,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: false,
        stopOnComplete: false,
        linewrap: false,
      },
      Presets.shades_classic,
    )
  }

  show(progress: RunProgress): void {
    const payload = barPayload(progress)
    if (!this.isStarted) {
      this.bar.start(Math.max(1, progress.totalSends), progress.sends.acked, payload)
      this.isStarted = true
      return
    }
    this.bar.setTotal(Math.max(1, progress.totalSends))
    this.bar.update(progress.sends.acked, payload)
  }

  stop(): void {
    if (this.isStarted) this.bar.stop()
  }
}

export function barPayload(progress: RunProgress) {
  const { targets, totalTargets, ratePerMinute, etaMs, waitsFor } = progress
  const late = lateText(progress)
  const failed = targets.failed + targets.unknown + targets.expired + targets.skipped
  return {
    targets: `${targets.delivered}/${totalTargets} targets${failed > 0 ? `, ${failed} not delivered` : ''}`,
    rate: ratePerMinute === undefined ? '–/min' : `${Math.round(ratePerMinute)}/min`,
    left: etaMs === undefined ? '' : ` · ${clock(etaMs)} left`,
    late: late === undefined ? '' : ` · ${late}`,
    waits: waitsFor === undefined ? '' : ` · waits for ${printable(waitsFor)}`,
  }
}
