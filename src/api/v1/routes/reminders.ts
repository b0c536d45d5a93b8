import { z } from 'zod'
import { InputError } from '../../../client/errors.js'
import {
  pauseInput,
  requestFields,
  requestInput,
  skipInput,
  snoozeInput,
} from '../../../client/input/schema/requests.js'
import { pageFields, stateOf } from '../../../client/paging.js'
import type { CreateResult } from '../../../client/reminders/create.js'
import { mostKeys, searchedIn } from '../../../domain/search.js'
import { upcomingLimit } from '../../../client/reminders/upcoming.js'
import { reminderSorts, reminderStates, scheduleKinds } from '../../../domain/states.js'
import { confirmation, confirmationStatuses, given, onlyGiven } from '../acting.js'
import {
  createdAnswer,
  createdManyAnswer,
  editedAnswer,
  firedAnswer,
  historyAnswer,
  reminderConfirmation,
  reminderDetailsAnswer,
  remindersAnswer,
  skippedAnswer,
  snoozedAnswer,
  upcomingAnswer,
} from '../answers/reminders.js'
import { etagOf } from '../etag.js'
import { digestOf } from '../if-match.js'
import { listQuery, listQueryOf, ordering, searching } from '../lists.js'
import {
  listBody,
  maxListBytes,
  reminderBody,
  remindersIn,
  splitReminder,
  withKey,
} from '../reminder-body.js'
import { checked, ok, reply, route, written, type Route } from '../route.js'
import { say } from '../../../domain/sentences/say.js'

const tag = 'Reminders'
const firesAt = (what: string) =>
  z
    .string()
    .optional()
    .meta({ description: `With the sort \`next\`, an instant: ${what}`, format: 'date-time' })

const createdStatuses = {
  201: 'It is there now.',
  200: 'It was there before, with the same content; or the key is that of one that is over (`ended`), and nothing is sent.',
}

export const reminderRoutes: Route[] = [
  route({
    id: 'listReminders',
    method: 'get',
    path: '/reminders',
    tag,
    summary: 'Reminders, as they were created or as they fire',
    role: 'viewer',
    description:
      'With `search` or `kind` they are looked through, at most 2,000 for one page: it may have fewer than `limit`, or none, and yet a `next`.',
    query: listQuery(reminderStates).extend({
      ...ordering(reminderSorts),
      ...searching(searchedIn),
      key: z
        .array(z.string())
        .optional()
        .meta({
          description: `These, in this order, the deleted ones too; those that are there. At most ${mostKeys}, with no other filter but an account.`,
        }),
      deleted: z
        .boolean()
        .optional()
        .meta({ description: 'Those that were deleted, instead of the others.' }),
      kind: stateOf(scheduleKinds)
        .optional()
        .meta({ description: 'Only those that fire once, by a rule, or in steps from an anchor.' }),
      firesFrom: firesAt('No earlier than this.'),
      firesUntil: firesAt('No later than this.'),
      count: z.boolean().optional().meta({
        description: 'Say how many there are on all pages, up to 20,000. Not with `search` and `kind`.',
      }),
    }),
    statuses: { 200: 'A page of them.' },
    answer: remindersAnswer,
    errors: ['not_found'],
    handle: async ({ client, query: { key, deleted, kind, firesFrom, firesUntil, count, ...query } }) =>
      ok(
        await client.reminders.list({
          ...listQueryOf(query),
          ...onlyGiven({ keys: key, deleted, kind, firesFrom, firesUntil, count }),
        }),
      ),
  }),
  route({
    id: 'createReminder',
    method: 'post',
    path: '/reminders',
    tag,
    summary: 'Create a reminder, or find the one that exists',
    description:
      'The same key and content never make a second one, however often and from wherever it is sent. The key is `key`, or the `Idempotency-Key`.',
    role: 'editor',
    body: written<unknown>(reminderBody({ timeoutMs: requestFields.timeoutMs })),
    repetition: 'key',
    statuses: createdStatuses,
    answer: createdAnswer,
    hasEtag: true,
    errors: ['conflict', 'not_ready'],
    handle: async ({ client, body, idempotencyKey, begunAt }) => {
      const { input, options } = splitReminder(withKey(body, idempotencyKey))
      return created(await client.reminders.create(input, { writtenAt: begunAt, ...options }))
    },
  }),
  route({
    id: 'createReminders',
    method: 'post',
    path: '/reminders/batch',
    tag,
    summary: 'Create all of a list, or none where one of them cannot be used',
    description:
      'What is refused for another reason, such as a key that is in use, is told for itself. The same list again goes on where it was.',
    role: 'editor',
    body: written<unknown>(listBody, { maxBytes: maxListBytes }),
    repetition: 'row',
    timeLimitMs: 600_000,
    statuses: { 200: 'What became of each.' },
    answer: createdManyAnswer,
    errors: ['not_ready'],
    handle: async ({ client, body, begunAt }) => {
      const { inputs, options } = remindersIn(body)
      return ok(await client.reminders.createMany(inputs, { writtenAt: begunAt, ...options }))
    },
  }),
  route({
    id: 'showReminder',
    method: 'get',
    path: '/reminders/{key}',
    tag,
    summary: 'One reminder: its definition, its next fires and its latest runs',
    description: 'Also one that is over or deleted. The `ETag` is that of its definition.',
    role: 'viewer',
    statuses: { 200: 'The reminder.' },
    answer: reminderDetailsAnswer,
    hasEtag: true,
    handle: async ({ client, params }) => {
      const details = await client.reminders.show(params.key)
      return ok(details, etagOf(details.digest))
    },
  }),
  route({
    id: 'editReminder',
    method: 'patch',
    path: '/reminders/{key}',
    tag,
    summary: 'Change a reminder',
    description:
      "Lays the given fields over the reminder's own; `none` takes one away. A run under way keeps what it began with. Without `If-Match` the newest edit wins.",
    role: 'editor',
    body: written<unknown>(reminderBody(requestFields)),
    statuses: { 200: 'What it is now, and what it was.' },
    answer: editedAnswer,
    hasEtag: true,
    heedsIfMatch: true,
    errors: ['changed', 'ended', 'not_ready'],
    handle: async ({ client, params, body, operationId, header }) => {
      const ifDigest = digestOf(header('if-match'))
      const { input, options } = splitReminder(body)
      const edited = await client.reminders.edit(params.key, input, {
        ...options,
        requestId: operationId,
        ...(ifDigest !== undefined && { ifDigest }),
      })
      return ok(edited, etagOf(edited.digest))
    },
  }),
  route({
    id: 'deleteReminder',
    method: 'delete',
    path: '/reminders/{key}',
    tag,
    summary: 'Cancel a reminder and take it out of the lists',
    description: 'Its history stays. To do it twice is to do it once.',
    role: 'editor',
    query: requestInput,
    statuses: confirmationStatuses,
    answer: reminderConfirmation,
    errors: ['not_ready'],
    handle: async ({ client, params, query, operationId }) =>
      confirmation(
        await client.reminders.delete(params.key, { ...onlyGiven(query), requestId: operationId }),
      ),
  }),
  route({
    id: 'upcomingFires',
    method: 'get',
    path: '/reminders/{key}/upcoming',
    tag,
    summary: 'When it fires next',
    role: 'viewer',
    query: z.object({
      limit: upcomingLimit.optional().meta({ description: 'At most so many; 10 when not given.' }),
    }),
    statuses: { 200: 'In order, with what is put off and without what is left out.' },
    answer: upcomingAnswer,
    handle: async ({ client, params, query }) =>
      ok(await client.reminders.upcoming(params.key, onlyGiven(query))),
  }),
  route({
    id: 'reminderHistory',
    method: 'get',
    path: '/reminders/{key}/history',
    tag,
    summary: 'Who did what, when and why, and what became of each occurrence',
    role: 'viewer',
    query: z.object(pageFields),
    statuses: { 200: 'A page of it, the latest first.' },
    answer: historyAnswer,
    handle: async ({ client, params, query }) =>
      ok(await client.reminders.history(params.key, onlyGiven(query))),
  }),
  route({
    id: 'pauseReminder',
    method: 'post',
    path: '/reminders/{key}/pause',
    tag,
    summary: 'Let it fire no more until it is resumed, or until a time',
    role: 'editor',
    body: checked(pauseInput, { optional: true }),
    repetition: 'row',
    statuses: confirmationStatuses,
    answer: reminderConfirmation,
    errors: ['ended', 'not_ready'],
    handle: async (call) => confirmation(await call.client.reminders.pause(call.params.key, given(call))),
  }),
  ...(
    [
      ['resumeReminder', 'resume', 'Let it fire again'],
      ['cancelReminder', 'cancel', 'End it: nothing fires and nothing is sent any more'],
    ] as const
  ).map(([id, verb, summary]) =>
    route({
      id,
      method: 'post',
      path: `/reminders/{key}/${verb}`,
      tag,
      summary,
      role: 'editor',
      body: checked(requestInput, { optional: true }),
      repetition: 'row',
      statuses: confirmationStatuses,
      answer: reminderConfirmation,
      errors: ['ended', 'not_ready'],
      handle: async (call) => confirmation(await call.client.reminders[verb](call.params.key, given(call))),
    }),
  ),
  route({
    id: 'fireReminder',
    method: 'post',
    path: '/reminders/{key}/fire',
    tag,
    summary: 'Begin a run of its own, now; the calendar stays as it is',
    role: 'editor',
    body: checked(requestInput, { optional: true }),
    repetition: 'row',
    statuses: confirmationStatuses,
    answer: firedAnswer,
    errors: ['ended', 'not_ready'],
    handle: async (call) => confirmation(await call.client.reminders.fire(call.params.key, given(call))),
  }),
  route({
    id: 'snoozeReminder',
    method: 'post',
    path: '/reminders/{key}/snooze',
    tag,
    summary: 'Move one occurrence to another time; the others stay where they are',
    description:
      'The next one where none is named. To the time that the calendar has moves it back, also where it was left out.',
    role: 'editor',
    body: checked(snoozeInput),
    repetition: 'row',
    statuses: { 200: 'When it fires instead.' },
    answer: snoozedAnswer,
    errors: ['conflict', 'ended', 'not_ready'],
    handle: async (call) => ok(await call.client.reminders.snooze(call.params.key, given(call))),
  }),
  route({
    id: 'skipOccurrence',
    method: 'post',
    path: '/reminders/{key}/skip',
    tag,
    summary: 'Leave one occurrence out: the next where none is named',
    role: 'editor',
    body: checked(skipInput, { optional: true }),
    repetition: 'row',
    statuses: { 200: 'Which one, and when it fires next.' },
    answer: skippedAnswer,
    errors: ['conflict', 'ended', 'not_ready'],
    handle: async (call) => ok(await call.client.reminders.skip(call.params.key, given(call))),
  }),
  route({
    id: 'cloneReminder',
    method: 'post',
    path: '/reminders/{key}/clone',
    tag,
    summary: 'Create another reminder of what this one is or was',
    description:
      'With the given fields over its own; `key` (or the `Idempotency-Key`) is that of the new one.',
    role: 'editor',
    body: written<unknown>(reminderBody({ timeoutMs: requestFields.timeoutMs })),
    repetition: 'key',
    statuses: createdStatuses,
    answer: createdAnswer,
    hasEtag: true,
    errors: ['conflict', 'not_ready'],
    handle: async ({ client, params, body, idempotencyKey, begunAt }) => {
      const { input, options } = splitReminder(withKey(body, idempotencyKey))
      const { key } = input
      if (key === undefined) throw new InputError([{ field: 'key', expected: say('newKey') }])
      return created(
        await client.reminders.clone(params.key, { ...input, key }, { writtenAt: begunAt, ...options }),
      )
    },
  }),
]

function created(result: CreateResult) {
  return reply(result.kind === 'created' ? 201 : 200, result, {
    ...etagOf(result.digest),
    Location: `/v1/reminders/${encodeURIComponent(result.key)}`,
  })
}
