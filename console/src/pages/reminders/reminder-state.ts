import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconPlayerPauseFilled,
  IconSend,
  type Icon,
} from '@tabler/icons-react'
import type { ReminderState } from '../../../../src/domain/states.js'
import type { Tone } from '../../parts/state-mark.js'

export const reminderLooks: Record<ReminderState, { tone: Tone; icon: Icon }> = {
  scheduled: { tone: 'ok', icon: IconClock },
  running: { tone: 'live', icon: IconSend },
  paused: { tone: 'wait', icon: IconPlayerPauseFilled },
  completed: { tone: 'quiet', icon: IconCircleCheck },
  canceled: { tone: 'quiet', icon: IconBan },
  missed: { tone: 'bad', icon: IconAlertTriangle },
}
