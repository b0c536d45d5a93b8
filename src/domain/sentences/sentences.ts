import { doctorAtTerminalSentences } from './doctor-at-terminal.js'
import { doctorSentences } from './doctor.js'
import { failureSentences } from './failures.js'
import { inputSentences } from './input.js'
import { mediaSentences } from './media.js'
import { reasonSentences } from './reasons.js'
import { refusalSentences } from './refusals.js'
import { ruleSentences } from './rules.js'
import { telegramSentences } from './telegram.js'
import { timeSentences } from './times.js'
import { warningSentences } from './warnings.js'

/**
 * What is said to people, in English (`form.ts`). A code stays what it means: programs and other languages know the sentence by it. Those
 * that begin with `phrase` are parts of others.
 */
export const sentences = {
  ...inputSentences,
  ...timeSentences,
  ...ruleSentences,
  ...mediaSentences,
  ...warningSentences,
  ...reasonSentences,
  ...failureSentences,
  ...refusalSentences,
  ...telegramSentences,
  ...doctorSentences,
  ...doctorAtTerminalSentences,
} as const

export type SentenceCode = keyof typeof sentences
/** A code of what the doctor says, or of a part of that. */
export function isOfDoctor(code: string): boolean {
  return code in doctorSentences || code in doctorAtTerminalSentences
}

export const sentenceCodes = Object.keys(sentences) as [SentenceCode, ...SentenceCode[]]
