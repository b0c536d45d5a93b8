import { z } from 'zod'
import { parseDuration } from '../../domain/duration.js'
import { alsoWritten, asText } from './written-forms.js'

/** The longest time that a duration field takes: a year. */
const maxDurationMs = 366 * 86_400_000

export function duration(example: string) {
  const expected = `expected a duration such as ${example} (s, m, h, d, w), a year at most`
  return z.string({ error: expected }).transform((value, context) => {
    const ms = parseDuration(value.trim())
    if (ms !== undefined && ms <= maxDurationMs) return ms
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
}

export function wholeNumber(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

/** One entry may be written without a list. */
export function listOf<T extends z.ZodType>(
  entry: T,
  { of, one, max }: { /** e.g. `recipients` */ of: string; one: string; max: number },
) {
  return alsoWritten(
    z.preprocess(
      (value) => (typeof value === 'string' || typeof value === 'number' ? [value] : value),
      z
        .array(entry, { error: `expected a list of ${of}` })
        .min(1, { error: `expected at least one ${one}` })
        .max(max, { error: `expected at most ${max} ${of}` })
        .optional(),
    ),
    asText,
  )
}
