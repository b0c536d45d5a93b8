import { z } from 'zod'
import type { Said, SaidValue } from '../../../domain/sentences/read.js'
import { sentenceCodes } from '../../../domain/sentences/sentences.js'

const value: z.ZodType<SaidValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.object({ local: z.string(), zone: z.string() }), sentence]),
)
const sentence: z.ZodType<Said> = z
  .object({
    code: z
      .enum(sentenceCodes)
      .meta({ description: 'Stays what it means. A newer API may have more of them.' }),
    values: z.record(z.string(), value).meta({
      description:
        'Durations are in ms, moments a wall time and its zone, and parts of a sentence are sentences.',
    }),
  })
  .meta({ id: 'Sentence' })

const description = 'What the English texts beside it say, by the names of their fields, for other languages.'

/** What the texts of an answer say. A code of a newer API is left out: what it says in English is there. */
export function saidIn<const Field extends string>(...fields: readonly Field[]) {
  const one = sentence.optional().catch(undefined)
  const shape = Object.fromEntries(fields.map((field) => [field, one])) as Record<Field, typeof one>
  return z.object(shape).optional().meta({ description })
}

/** The same of a list of warnings: one for each. */
export const saidOfWarnings = z
  .object({ warnings: z.array(sentence.nullable().catch(null)).optional() })
  .optional()
  .meta({ description })
