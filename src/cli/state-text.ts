import type { ReminderState, RunState } from '../domain/states.js'
import type { Style } from './io.js'

export function stateText(style: Style, state: ReminderState | RunState): string {
  switch (state) {
    case 'running':
    case 'completed':
      return style.green(state)
    case 'paused':
    case 'waiting':
    case 'partial':
      return style.yellow(state)
    case 'failed':
    case 'missed':
      return style.red(state)
    case 'canceled':
    case 'skipped':
      return style.dim(state)
    case 'scheduled':
    case 'preparing':
      return style.cyan(state)
  }
}
