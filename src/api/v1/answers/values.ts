import { z } from 'zod'

/** What answers are made of. An instant is sent as `2026-11-24T06:00:00.000Z`, and is a `Date` for who reads the answer. */
export const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})
/** The same where it stays text. */
export const instantText = z.iso.datetime()
export const maybe = <Schema extends z.ZodType>(schema: Schema) => z.nullable(schema)
export const count = z.int().min(0)

/** A page of a list: `next` is missing on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'The `cursor` of the next page. Missing on the last.' }),
  })
}

/** What became of a request that a worker acts on. */
export function confirmationOf<State extends z.ZodType>(state: State) {
  return z.object({
    confirmed: z.boolean().meta({
      description:
        'False where it is asked for, durably, and no worker has acted on it yet: one does as soon as it runs.',
    }),
    already: z.boolean().optional().meta({ description: 'True where there was nothing to do.' }),
    state,
  })
}
