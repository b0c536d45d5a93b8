import { z } from 'zod'
import { roles } from '../../../domain/access.js'
import { count, instant, maybe } from './values.js'

const secret = z.string().max(200)

export const signInInput = z.union([
  z.object({ token: secret.meta({ description: 'A token.' }) }),
  z.object({ link: secret.meta({ description: 'What follows the # of a sign-in link.' }) }),
])

export const signInAnswer = z
  .object({
    operatorId: z.string(),
    name: z.string().meta({ description: 'Of the token that was signed in with.' }),
    role: z.enum(roles),
    accounts: maybe(z.array(z.string())).meta({ description: 'Those that it is for; null where all are.' }),
    endsAt: instant.meta({ description: 'At the latest; before that when it is not used for two hours.' }),
    csrf: z.string().meta({ description: 'For the header `x-carillon-csrf` of all that changes something.' }),
    workflows: maybe(z.string()).meta({
      description:
        'For owners: where a Temporal Web UI shows the workflows, each under `/<workflowId>`; null where none is known.',
    }),
  })
  .meta({ id: 'SignIn' })

export const signedOutAnswer = z.object({
  ended: count.meta({ description: 'How many browsers were signed out.' }),
})

export const browsersAnswer = z.object({
  browsers: z.array(
    z.object({
      signedInAt: instant,
      seenAt: instant.meta({ description: 'Up to a minute ago more.' }),
      endsAt: instant,
      isThis: z.boolean().meta({ description: 'The one that asks.' }),
    }),
  ),
})
