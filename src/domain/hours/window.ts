import { z } from 'zod'
import { say } from '../sentences/say.js'

/** The hours in which a reminder may send, on the wall clock of its zone. */

export const weekdays = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, say('timeOfDay', { example: '08:00', last: '23:59' }))

export const sendingWindow = z
  .strictObject({
    from: timeOfDay,
    /** Exclusive. Earlier than `from`: on the next day. */
    to: timeOfDay,
    /** The days on which it opens; every day where there are none. Sorted from Monday on. */
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .overwrite((days) => weekdays.filter((day) => days.includes(day)))
      .optional(),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    error: say('windowEmpty'),
  })

export type SendingWindow = z.infer<typeof sendingWindow>
