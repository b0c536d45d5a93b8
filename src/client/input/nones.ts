import { reminderInputSchema } from './schema/reminder.js'
import { isRemovable } from './written-forms.js'

/** Fields that an edit can take away. */
const removable = new Set(
  Object.entries(reminderInputSchema.shape).flatMap(([name, field]) => (isRemovable(field) ? [name] : [])),
)

/** The input without the fields that say `none`, or null as an empty field in YAML does. */
export function withoutNones(input: unknown): unknown {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return input
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !(removable.has(name) && isNone(value))),
  )
}

export function isNone(value: unknown): boolean {
  const [only, ...more] = Array.isArray(value) ? (value as unknown[]) : [value]
  return (
    more.length === 0 && (only === null || (typeof only === 'string' && only.trim().toLowerCase() === 'none'))
  )
}
