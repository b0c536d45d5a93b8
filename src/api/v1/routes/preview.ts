import { z } from 'zod'
import { wholeNumber } from '../../../client/input/schema/values.js'
import { onlyGiven } from '../acting.js'
import { previewAnswer, previewManyAnswer } from '../answers/preview.js'
import { fieldsOf, listBody, maxListBytes, reminderInput, remindersIn, withKey } from '../reminder-body.js'
import { ok, route, written, type Route } from '../route.js'

const tag = 'Preview'
export const previewQuery = z.object({
  next: wholeNumber(1, 100).optional().meta({ description: 'How many of the next times; 5 when not given.' }),
})

export const previewRoutes: Route[] = [
  route({
    id: 'previewReminder',
    method: 'post',
    path: '/preview',
    tag,
    summary: 'What a create would do',
    description: 'Nothing is stored, and WhatsApp is asked nothing.',
    role: 'viewer',
    query: previewQuery,
    body: written<unknown>(reminderInput),
    repetition: 'harmless',
    statuses: { 200: 'When it would be sent, to whom, what and how long that would take.' },
    answer: previewAnswer,
    handle: async ({ client, body, query, idempotencyKey }) =>
      ok(await client.reminders.preview(withKey(body, idempotencyKey), onlyGiven(query))),
  }),
  route({
    id: 'previewReminders',
    method: 'post',
    path: '/preview/batch',
    tag,
    summary: 'What the creation of a list would do',
    role: 'viewer',
    body: written<unknown>(listBody, { maxBytes: maxListBytes }),
    repetition: 'harmless',
    statuses: { 200: 'What would become of each.' },
    answer: previewManyAnswer,
    timeLimitMs: 600_000,
    handle: async ({ client, body }) => {
      const { inputs, options } = remindersIn(body)
      return ok(await client.reminders.previewMany(inputs, options))
    },
  }),
  route({
    id: 'previewChange',
    method: 'post',
    path: '/reminders/{key}/preview',
    tag,
    summary: 'What a reminder does next, or would do after an edit',
    role: 'viewer',
    query: previewQuery,
    body: written<unknown>(reminderInput, { optional: true }),
    repetition: 'harmless',
    statuses: { 200: 'As of the reminder as it is, or as the fields would change it.' },
    answer: previewAnswer,
    handle: async ({ client, params, body, query }) =>
      ok(await client.reminders.preview(fieldsOf(body), { ...onlyGiven(query), key: params.key })),
  }),
]
