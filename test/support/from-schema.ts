import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Schema } from '../../src/api/v1/openapi.js'

/** What can be in JSON and is seldom meant. */
export const junk: Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '\0',
    '\uD800',
    'none',
    '../../etc/passwd',
    "'; drop table send; --",
    '🙂'.repeat(9),
    '__proto__',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.jsonValue({ maxDepth: 2 }),
)

/** Values of a schema, and a few that are not. */
export function fromSchema(
  schema: Schema,
  schemas: Record<string, Schema>,
  junkShare = 1,
): Arbitrary<unknown> {
  const good = valid(schema, schemas, junkShare)
  return junkShare === 0
    ? good
    : fc.oneof({ weight: 12, arbitrary: good }, { weight: junkShare, arbitrary: junk })
}

function valid(schema: Schema, schemas: Record<string, Schema>, junkShare: number): Arbitrary<unknown> {
  const inner = (one: Schema) => fromSchema(one, schemas, junkShare)
  if (schema.$ref !== undefined)
    return valid(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas, junkShare)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const either = schema.anyOf ?? schema.oneOf
  if (either !== undefined) return fc.oneof(...either.map((one) => inner(one)))
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {})
      return fc.record(Object.fromEntries(properties.map(([name, one]) => [name, inner(one)])), {
        requiredKeys: schema.required === undefined ? [] : [...schema.required],
      })
    }
    case 'array':
      return fc.array(inner(schema.items ?? {}), { minLength: 0, maxLength: 3 })
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(schema.minimum ?? -5, -1e9),
        max: Math.min(schema.maximum ?? 1_000, 1e9),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern']))
      return fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom(...words))
    case undefined:
    default:
      return junk
  }
}

/** What the texts of reminders often are. */
const words = [
  'tomorrow 09:00',
  '2035-01-01T08:00',
  'FREQ=WEEKLY;BYDAY=MO',
  '0 8 * * MON',
  'UTC',
  'Africa/Nairobi',
  '30m',
  '08:00',
  '-1d 18:00',
  'all groups',
  '+254700000000',
  '120363000000000001@g.us',
  'office',
  'https://example.org/hook',
]
