import { memo } from 'react'
import type { TargetView } from '../../../../src/store/views/runs.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { nameOf, targetLooks } from './run-state.js'
import { whyWords } from './why.js'
import styles from './runs.module.css'

/** Plain elements: a screen of these is made within a frame while somebody scrolls. */
export const TargetRow = memo(function TargetRow({
  target,
  onOpen,
}: {
  target: TargetView
  onOpen: (target: TargetView) => void
}) {
  const { text, format, say } = useSpoken()
  const { runs } = text
  const isWell = target.state === 'pending' || target.state === 'delivered'
  const why = isWell ? undefined : whyWords(target, { text, say })[0]
  return (
    <div className={styles.target} data-target={target.ordinal}>
      <span className={styles.number}>{format.number(target.ordinal + 1)}</span>
      <button type="button" className={styles.name} onClick={() => onOpen(target)}>
        <bdi>{nameOf(target)}</bdi>
      </button>
      <StateMark {...targetLooks[target.state]}>{runs.targetStates[target.state]}</StateMark>
      <span className={styles.line} title={why}>
        {why ?? (target.doneAt === null ? '' : format.time(target.doneAt))}
      </span>
      <span className={styles.line} data-end>
        {target.parts > 1 && runs.parts(format.number(target.partsSent), format.number(target.parts))}
      </span>
    </div>
  )
})
