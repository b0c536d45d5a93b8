import { z } from 'zod'
import { reconciledAnswer } from '../answers/system.js'
import { checked, ok, route, type Route } from '../route.js'
import { say } from '../../../domain/sentences/say.js'

const tag = 'Jobs'

export const jobRoutes: Route[] = [
  route({
    id: 'reconcile',
    method: 'post',
    path: '/jobs/reconcile',
    tag,
    summary: 'Compare Postgres with Temporal, and start again what is missing there',
    description: 'Of all operators. The workers do it every ten minutes by themselves.',
    role: 'owner',
    body: checked(
      z.strictObject({
        dryRun: z
          .boolean({ error: say('trueOrFalse') })
          .optional()
          .meta({ description: 'Only say what it would do.' }),
      }),
      { optional: true },
    ),
    repetition: 'harmless',
    timeLimitMs: 300_000,
    statuses: { 200: 'What was found and done. `busy`: another one is under way, and nothing was done.' },
    answer: reconciledAnswer,
    handle: async ({ client, body }) => ok(await client.reconcile({ dryRun: body.dryRun ?? false })),
  }),
]
