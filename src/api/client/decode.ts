import { z } from 'zod'
import { CarillonError } from '../../client/errors.js'
import { version } from '../version.js'

/** Optional fields are missing, never undefined: JSON has no such value. */
export type Exact<T> = T extends Date
  ? T
  : T extends readonly (infer Entry)[]
    ? Exact<Entry>[]
    : T extends object
      ? { [Field in keyof T]: Exact<Exclude<T[Field], undefined>> }
      : T

export type Answer<Schema extends z.ZodType> = Exact<z.output<Schema>>

/**
 * What was answered, with a `Date` for each instant. Fields that the schema has not are left out: a newer API has more.
 * @throws CarillonError `not_ready` where it is none of what the schema has
 */
export function decode<Schema extends z.ZodType>(schema: Schema, answered: unknown): Answer<Schema> {
  const decoded = z.safeDecode(schema, answered as z.input<Schema>)
  if (decoded.success) return decoded.data as Answer<Schema>
  // Values may be personal: the places are enough.
  const places = decoded.error.issues.map(({ path }) => path.join('.') || 'the answer')
  throw new CarillonError(
    'not_ready',
    `The API answered what this client (${version}) does not know: ${places.join(', ')}. Is the API of a newer version? Update this one.`,
  )
}
