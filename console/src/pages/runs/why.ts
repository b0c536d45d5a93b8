import type { TargetView } from '../../../../src/store/views/runs.js'
import type { useSpoken } from '../../text/text.js'

/** What was in the way, and what to do about it; that may be nothing. What has no words here is told as the API tells it. */
export function whyWords(
  { state, failure, reason, said }: Pick<TargetView, 'state' | 'failure' | 'reason' | 'said'>,
  { text: { runs }, say }: Pick<ReturnType<typeof useSpoken>, 'text' | 'say'>,
): [string, string] {
  const known = failure === null ? undefined : runs.failures[failure]
  if (state === 'unknown') return runs.unknownOutcome
  if (known !== undefined) return known
  if (state === 'expired') return runs.expired
  // Who stopped it, and why, is told once.
  if (state === 'skipped') return [runs.stoppedBefore, '']
  return [reason === null ? runs.targetStates[state] : say(reason, said?.reason), '']
}
