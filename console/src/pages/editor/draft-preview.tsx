import { useMemo } from 'react'
import type { Draft } from './draft.js'
import { MessagePreview, type Sent } from './message-preview.js'
import { clockOf, placeOf } from './steps.js'
import { useStepLabel } from './use-step-label.js'

/**
 * What a draft sends: at one time, or at each of its steps that has its own, and once for all others, in their order.
 * @param ruleTime of a rule that has its time in it; that of its start where it is not given
 */
export function DraftPreview({ draft, ruleTime }: { draft: Draft; ruleTime?: string }) {
  const { parts, schedule } = draft
  const { mode, steps, time } = schedule
  const label = useStepLabel()
  const sent = useMemo((): Sent[] => {
    if (mode !== 'steps') return [{ id: 'all', parts, time: mode === 'rule' ? (ruleTime ?? time) : time }]
    const inOrder = steps.toSorted((a, b) => placeOf(a, time) - placeOf(b, time))
    const shared = inOrder.filter(({ hasOwn }) => !hasOwn)
    const isOneForAll = shared.length === steps.length
    return inOrder
      .filter((step) => step.hasOwn || step === shared[0])
      .map((step) => ({
        id: step.id,
        ...(!isOneForAll && { label: step.hasOwn ? label(step) : shared.map(label).join(' · ') }),
        parts: step.hasOwn ? step.parts : parts,
        time: clockOf(step, time),
      }))
  }, [parts, mode, steps, time, ruleTime, label])
  return <MessagePreview sent={sent} />
}
