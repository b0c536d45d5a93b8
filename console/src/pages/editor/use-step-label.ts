import { useCallback } from 'react'
import { useSpoken } from '../../text/text.js'
import type { StepDraft } from './steps.js'

/** `3 days before`, in words. */
export function useStepLabel(): (step: StepDraft) => string {
  const { text, format } = useSpoken()
  const { stepSides } = text.editor
  return useCallback(
    ({ mixed, side, count, unit }) => {
      if (mixed !== undefined) return mixed
      return side === 'at' ? stepSides.at : `${format.amount(unit, Number(count))} ${stepSides[side]}`
    },
    [stepSides, format],
  )
}
