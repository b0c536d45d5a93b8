import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleHalf2,
  IconClock,
  IconClockX,
  IconHelpCircle,
  IconPlayerPauseFilled,
  IconPlayerSkipForward,
  IconSend,
  type Icon,
} from '@tabler/icons-react'
import type { RunState, TargetState } from '../../../../src/domain/states.js'
import type { TargetView } from '../../../../src/store/views/runs.js'
import type { Tone } from '../../parts/state-mark.js'

/** A group's name, or a person's number. */
export function nameOf({ subject, jid }: Pick<TargetView, 'subject' | 'jid'>): string {
  return subject ?? `+${jid.split('@')[0] ?? ''}`
}

type Look = { tone: Tone; icon: Icon }

export const runLooks: Record<RunState, Look> = {
  preparing: { tone: 'live', icon: IconCircleDashed },
  waiting: { tone: 'live', icon: IconClock },
  running: { tone: 'live', icon: IconSend },
  paused: { tone: 'wait', icon: IconPlayerPauseFilled },
  completed: { tone: 'ok', icon: IconCircleCheckFilled },
  partial: { tone: 'bad', icon: IconCircleHalf2 },
  failed: { tone: 'bad', icon: IconAlertTriangle },
  canceled: { tone: 'quiet', icon: IconBan },
  missed: { tone: 'bad', icon: IconClockX },
  skipped: { tone: 'quiet', icon: IconPlayerSkipForward },
}

export const targetLooks: Record<TargetState, Look> = {
  pending: { tone: 'quiet', icon: IconCircleDashed },
  delivered: { tone: 'ok', icon: IconCircleCheck },
  failed: { tone: 'bad', icon: IconAlertTriangle },
  unknown: { tone: 'live', icon: IconHelpCircle },
  skipped: { tone: 'quiet', icon: IconPlayerSkipForward },
  expired: { tone: 'bad', icon: IconClockX },
}
