import { z } from 'zod'
import type { Said } from '../../../../src/domain/sentences/read.js'

/** Of what the API answers: the catalogue has the codes, and what it lacks is said as the API says it. */
const sentence = z.custom<Said>(
  (value) => typeof value === 'object' && value !== null && 'code' in value && 'values' in value,
)

export function saidIn<const Field extends string>(...fields: readonly Field[]) {
  const one = sentence.optional()
  return z
    .object(Object.fromEntries(fields.map((field) => [field, one])) as Record<Field, typeof one>)
    .optional()
}

export const saidOfWarnings = z.object({ warnings: z.array(sentence.nullable()).optional() }).optional()
