import { z } from 'zod'
import { weekdays } from '../../domain/hours/window.js'

/** JSON Schema, as far as it is needed here. */
export type WrittenForm = Readonly<Record<string, unknown>>

/**
 * How a field may be written where its validator reads more than it can say of itself: one entry without a list, a window as a
 * text. The OpenAPI document has it.
 */
const written = z.registry<{ forms: readonly WrittenForm[]; isAll: boolean }>()

/** Besides what the schema itself says. */
export function alsoWritten<Schema extends z.ZodType>(schema: Schema, ...more: WrittenForm[]): Schema {
  const { forms = [], isAll = false } = written.get(schema) ?? {}
  written.add(schema, { forms: [...forms, ...more], isAll })
  return schema
}

/** Instead of what the schema itself says, which is nothing. */
export function writtenAs<Schema extends z.ZodType>(schema: Schema, ...forms: WrittenForm[]): Schema {
  written.add(schema, { forms, isAll: true })
  return schema
}

/** Undefined where the schema says all. */
export function writtenForms(
  schema: z.core.$ZodType,
): { forms: readonly WrittenForm[]; isAll: boolean } | undefined {
  return written.get(schema)
}

/** What an edit or a clone can take away: by null, or by `none`. */
export function removable<Schema extends z.ZodType>(schema: Schema): Schema {
  return alsoWritten(schema, ...nones)
}
const nones: WrittenForm[] = [{ type: 'null' }, { const: 'none' }]

export function isRemovable(schema: z.core.$ZodType): boolean {
  return writtenForms(schema)?.forms.includes(nones[0] ?? {}) === true
}

export const asText: WrittenForm = { type: 'string', minLength: 1 }

export const windowForms: WrittenForm[] = [
  { type: 'string', minLength: 1, description: 'Such as 08:00-20:00, or 08:00-20:00 mo-fr.' },
  {
    type: 'object',
    properties: {
      from: { type: 'string' },
      to: { type: 'string' },
      days: { anyOf: [asText, { type: 'array', items: { type: 'string', enum: weekdays } }] },
    },
    required: ['from', 'to'],
    additionalProperties: false,
  },
]
