import { IconCircleFilled, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react'
import { StateMark } from '../parts/state-mark.js'
import { useText } from '../text/text.js'
import { useLiveState } from './use-session.js'

const looks = {
  live: { tone: 'ok', icon: IconCircleFilled },
  connecting: { tone: 'live', icon: IconRefresh },
  offline: { tone: 'bad', icon: IconPlugConnectedX },
} as const

/** Whether what is seen is of now. */
export function LiveMark() {
  const { shell } = useText()
  const state = useLiveState()
  const { tone, icon } = looks[state]
  return (
    <span role="status" title={shell.liveHelp[state]}>
      <StateMark tone={tone} icon={icon}>
        {shell.live[state]}
      </StateMark>
    </span>
  )
}
