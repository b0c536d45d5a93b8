import { IconClock, IconClockEdit, type Icon } from '@tabler/icons-react'
import type { Tone } from '../../parts/state-mark.js'
import type { Catalogue } from '../../text/en/index.js'
import { runLooks } from '../runs/run-state.js'
import type { Occurrence } from './use-occurrences.js'

export type OccurrenceLook = { tone: Tone; icon: Icon; word: string }

/** What is to come as planned has no icon in a day that is full of it: `isPlain`. */
export function lookOf(
  { state, isMoved }: Pick<Occurrence, 'state' | 'isMoved'>,
  text: Catalogue,
): OccurrenceLook & { isPlain: boolean } {
  if (state !== 'scheduled') return { ...runLooks[state], word: text.runs.states[state], isPlain: false }
  if (isMoved) return { tone: 'live', icon: IconClockEdit, word: text.calendar.putOff, isPlain: false }
  return { tone: 'ok', icon: IconClock, word: text.calendar.planned, isPlain: true }
}
