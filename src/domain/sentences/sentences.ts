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
} as const

export type SentenceCode = keyof typeof sentences
export const sentenceCodes = Object.keys(sentences) as [SentenceCode, ...SentenceCode[]]
