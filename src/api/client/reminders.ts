import type { PreviewOptions } from '../../client/preview/reminder.js'
import type { CreateOptions } from '../../client/reminders/create.js'
import type { Reminders } from '../../client/reminders/reminders.js'
import type { RequestOptions } from '../../client/temporal/signals.js'
import { previewAnswer, previewManyAnswer } from '../v1/answers/preview.js'
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
} from '../v1/answers/reminders.js'
import { occurrencesAnswer } from '../v1/answers/occurrences.js'
import { etagOf } from '../v1/etag.js'
import { localZone } from '../../client/input/context.js'
import { isObject } from '../../client/input/issues.js'
import type { ReminderInput } from '../../client/input/schema/reminder.js'
import { uploadsFrom } from './files.js'
import { listed } from './lists.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

/** A list of ten thousand. */
const manyTimeLimitMs = 620_000

export function httpReminders(transport: Transport): Reminders {
  const { ask } = transport
  const act = async (path: string, { requestId, ...body }: RequestOptions) =>
    await ask(reminderConfirmation, { method: 'POST', path, body, idempotencyKey: requestId })
  const made = async (path: string, body: object, { timeoutMs, writtenAt = new Date() }: CreateOptions) =>
    await ask(createdAnswer, {
      method: 'POST',
      path,
      body: { ...body, ...(timeoutMs !== undefined && { timeoutMs }), writtenAt },
      // The key and the content are what makes it one: the header would be a second name for it.
      idempotencyKey: false,
    })

  const previewed = async (input: ReminderInput, { key, folder }: PreviewOptions) => {
    const sent = await uploadsFrom(transport, folder).one(input)
    return key === undefined ? zoned(sent) : sent
  }

  return {
    create: async (input, options = {}) =>
      await made('/reminders', zoned(await uploadsFrom(transport, options.folder).one(input)), options),
    createMany: async (inputs, { folder, writtenAt = new Date(), onProgress } = {}) => {
      const reminders = (await uploadsFrom(transport, folder).many(inputs)).map(zoned)
      const result = await ask(createdManyAnswer, {
        method: 'POST',
        path: '/reminders/batch',
        body: { reminders, writtenAt },
        timeLimitMs: manyTimeLimitMs,
      })
      onProgress?.(inputs.length, inputs.length)
      return result
    },
    preview: async (input, options = {}) =>
      await ask(previewAnswer, {
        method: 'POST',
        path: options.key === undefined ? '/preview' : at`/reminders/${options.key}/preview`,
        query: { next: options.next },
        idempotencyKey: false,
        body: await previewed(input, options),
      }),
    previewMany: async (inputs, { folder, writtenAt } = {}) =>
      await ask(previewManyAnswer, {
        method: 'POST',
        path: '/preview/batch',
        body: { reminders: (await uploadsFrom(transport, folder).many(inputs)).map(zoned), writtenAt },
        timeLimitMs: manyTimeLimitMs,
      }),
    list: async ({ keys, deleted, kind, firesFrom, firesUntil, count, ...query } = {}) =>
      await ask(remindersAnswer, {
        method: 'GET',
        path: '/reminders',
        query: { ...listed(query), key: keys, deleted, kind, firesFrom, firesUntil, count },
      }),
    show: async (key) => await ask(reminderDetailsAnswer, { method: 'GET', path: at`/reminders/${key}` }),
    history: async (key, query = {}) =>
      await ask(historyAnswer, { method: 'GET', path: at`/reminders/${key}/history`, query }),
    upcoming: async (key, query = {}) =>
      await ask(upcomingAnswer, { method: 'GET', path: at`/reminders/${key}/upcoming`, query }),
    occurrences: async (query) =>
      await ask(occurrencesAnswer, { method: 'GET', path: '/occurrences', query }),
    edit: async (
      key,
      changes,
      { folder, ifDigest, requestId: _id, writtenAt = new Date(), ...request } = {},
    ) =>
      await ask(editedAnswer, {
        method: 'PATCH',
        path: at`/reminders/${key}`,
        body: { ...(await uploadsFrom(transport, folder).one(changes)), ...request, writtenAt },
        headers: ifDigest === undefined ? {} : { 'If-Match': etagOf(ifDigest)['ETag'] ?? '' },
        // After a lost answer it may be the edit itself that the second attempt finds.
        isRepeatable: ifDigest === undefined,
      }),
    snooze: async (key, { requestId, ...body }) =>
      await ask(snoozedAnswer, {
        method: 'POST',
        path: at`/reminders/${key}/snooze`,
        body,
        idempotencyKey: requestId,
      }),
    skip: async (key, { requestId, ...body } = {}) =>
      await ask(skippedAnswer, {
        method: 'POST',
        path: at`/reminders/${key}/skip`,
        body,
        idempotencyKey: requestId,
      }),
    pause: async (key, options = {}) => await act(at`/reminders/${key}/pause`, options),
    resume: async (key, options = {}) => await act(at`/reminders/${key}/resume`, options),
    cancel: async (key, options = {}) => await act(at`/reminders/${key}/cancel`, options),
    delete: async (key, { reason, timeoutMs } = {}) =>
      await ask(reminderConfirmation, {
        method: 'DELETE',
        path: at`/reminders/${key}`,
        query: { reason, timeoutMs },
      }),
    fire: async (key, { requestId, ...body } = {}) =>
      await ask(firedAnswer, {
        method: 'POST',
        path: at`/reminders/${key}/fire`,
        body,
        idempotencyKey: requestId,
      }),
    clone: async (key, changes, options = {}) =>
      await made(
        at`/reminders/${key}/clone`,
        await uploadsFrom(transport, options.folder).one(changes),
        options,
      ),
  }
}

/** Times are on the clock of who writes them, and not on that of the API. */
function zoned(input: ReminderInput): ReminderInput {
  return isObject(input) && input.zone === undefined ? { ...input, zone: localZone() } : input
}
