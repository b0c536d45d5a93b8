import { z } from 'zod'

/** The parts of a path that name something. What names nothing is not found, whatever it looks like. */
export const parameters = {
  account: z.string().meta({ description: 'The id of an account.', example: 'office' }),
  key: z.string().meta({
    description: 'The key of a reminder. A `/` in it is written as `%2F`.',
    example: 'class-trip',
  }),
  run: z.string().meta({
    description: 'The id of a run, percent-encoded.',
    example: 'run:local/class-trip@2026-11-24T06:00:00Z',
  }),
  media: z.string().meta({ description: 'What the upload of an image was answered.' }),
  endpoint: z.string().meta({ description: 'The id of a webhook endpoint.' }),
  event: z.string().meta({ description: 'The id of an event.' }),
  bot: z.string().meta({ description: 'The id of a bot.', example: 'ops' }),
  name: z.string().meta({ description: 'The name of a person who is linked to a bot.' }),
  update: z.string().meta({ description: "Telegram's id of an update.", example: '10000' }),
  token: z.string().meta({ description: 'The name or the id of a token.' }),
  ordinal: z.string().meta({ description: 'The place of a target in its run, from 0.', example: '0' }),
}

export type ParameterName = keyof typeof parameters
