import { z } from 'zod'
import { occurrencesFields } from '../../../client/reminders/occurrences-query.js'
import { onlyGiven } from '../acting.js'
import { occurrencesAnswer } from '../answers/occurrences.js'
import { ok, route, type Route } from '../route.js'

export const occurrenceRoutes: Route[] = [
  route({
    id: 'listOccurrences',
    method: 'get',
    path: '/occurrences',
    tag: 'Reminders',
    summary: 'What is due on some days, and what became of what was',
    description:
      "Of all reminders, on the days of each one's own zone: what was sent, what failed or was left out, and what is to come if nothing changes. What is paused sends nothing, and is not to come.",
    role: 'viewer',
    query: z.object(occurrencesFields),
    statuses: { 200: 'How many each day has, and a page of them, or the first of each day.' },
    answer: occurrencesAnswer,
    errors: ['not_found'],
    handle: async ({ client, query: { from, to, ...query } }) =>
      ok(await client.reminders.occurrences({ from, to, ...onlyGiven(query) })),
  }),
]
