import { z } from 'zod'
import { parseDuration } from '../../../domain/duration.js'
import { alsoWritten, asText } from '../written-forms.js'
import { say } from '../../../domain/sentences/say.js'

/** The longest time that a duration field takes: a year. */
const maxDurationMs = 366 * 86_400_000

export function duration(example: string) {
  const expected = say('durationExpected', { example })
  return z.string({ error: expected }).transform((value, context) => {
    const ms = parseDuration(value.trim())
    if (ms !== undefined && ms <= maxDurationMs) return ms
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
}

export function wholeNumber(min: number, max: number) {
  const error = say('wholeNumber', { min, max })
  return z.int({ error }).min(min, { error }).max(max, { error })
}

type Many = 'phraseRecipients' | 'phraseTimes' | 'phraseSteps'
type One = 'phraseRecipient' | 'phraseTime' | 'phraseStep'

/** One entry may be written without a list. */
export function listOf<T extends z.ZodType>(entry: T, { of, one, max }: { of: Many; one: One; max: number }) {
  return alsoWritten(
    z.preprocess(
      (value) => (typeof value === 'string' || typeof value === 'number' ? [value] : value),
      z
        .array(entry, { error: say('listExpected', { of: say(of) }) })
        .min(1, { error: say('atLeastOne', { one: say(one) }) })
        .max(max, { error: say('atMostOf', { max, of: say(of) }) })
        .optional(),
    ),
    asText,
  )
}
