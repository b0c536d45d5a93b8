import { z } from 'zod'
import { onlyGiven } from '../../api/v1/acting.js'
import { createdAnswer, editedAnswer } from '../../api/v1/answers/reminders.js'
import { readBy } from '../../api/v1/read.js'
import { written } from '../../api/v1/route.js'
import { changeLines } from '../../cli/reminder/change-text.js'
import { audienceText } from '../../cli/reminder/definition-text.js'
import { needs } from '../../client/allowed.js'
import { reminderInputSchema } from '../../client/input/schema/reminder.js'
import { requestFields } from '../../client/input/schema/requests.js'
import type { CreateResult } from '../../client/reminders/create.js'
import type { EditResult } from '../../client/reminders/edit.js'
import { describeSchedule } from '../../domain/calendar/words/words.js'
import { keyField, reminderFields } from '../fields.js'
import { contentKeyField, requirePreviewed } from '../previewed.js'
import { momentText } from '../text.js'
import { changes, destroys, tool, type Tool } from '../tool.js'

const { reason, timeoutMs } = requestFields
const ofNew = z.object({
  key: keyField.meta({ description: 'The key that preview_reminder named.' }),
  contentKey: contentKeyField,
  timeoutMs,
})
const ofChange = z.object({ key: keyField, contentKey: contentKeyField, reason, timeoutMs })

/** What makes a reminder what it is. Nothing of it is stored that was not previewed. */
export const definitionTools: Tool[] = [
  tool({
    name: 'create_reminder',
    title: 'Create a reminder',
    description:
      'Creates a reminder that was previewed: it is sent by itself when it is due. Call preview_reminder first and create what the person agreed to: the same fields, with the `key` and the `contentKey` that it named. The same key and content never make a second one.',
    needs: needs.reminders.create,
    annotations: changes,
    input: written<unknown>(reminderInputSchema.extend(ofNew.shape)),
    answer: createdAnswer,
    act: async (client, given) => {
      const { contentKey, timeoutMs, ...input } = reminderFields<'contentKey' | 'timeoutMs'>(given)
      const own = readBy(ofNew, { key: input.key, contentKey, timeoutMs })
      requirePreviewed(own.contentKey, await client.reminders.preview(input, { next: 1 }))
      return await client.reminders.create(input, onlyGiven({ timeoutMs: own.timeoutMs }))
    },
    text: createdText,
  }),
  tool({
    name: 'edit_reminder',
    title: 'Edit a reminder',
    description:
      'Lays the given fields over those of a reminder; `none` takes away `until`, `count`, `except`, `also`, `window` or `ratePerMinute`. What it was before is not kept. A run that is under way goes on with what it began with. Call preview_change first and give the same fields, with the `contentKey` that it named.',
    needs: needs.reminders.edit,
    annotations: destroys,
    input: written<unknown>(reminderInputSchema.extend(ofChange.shape)),
    answer: editedAnswer,
    act: async (client, given) => {
      const { key, contentKey, reason, timeoutMs, ...changes } = reminderFields<
        'contentKey' | 'reason' | 'timeoutMs'
      >(given)
      const own = readBy(ofChange, { key, contentKey, reason, timeoutMs })
      const { digest: ifDigest } = await client.reminders.show(own.key)
      requirePreviewed(own.contentKey, await client.reminders.preview(changes, { key: own.key, next: 1 }))
      const { key: _key, contentKey: _contentKey, ...options } = onlyGiven(own)
      return await client.reminders.edit(own.key, changes, { ...options, ifDigest })
    },
    text: editedText,
  }),
]

function createdText(created: CreateResult): string {
  const { key, definition, warnings } = created
  const warned = warnings.map((warning) => `Warning: ${warning}`)
  if (created.kind === 'ended')
    return [
      `Reminder '${key}' is over (${created.state}, ${created.endedAt}): nothing is sent. Use another key to send anew.`,
      ...warned,
    ].join('\n')
  const { schedule, audience, account } = definition
  const verb = created.kind === 'created' ? 'Created' : `There is already (${created.state})`
  return [
    `${verb} reminder '${key}' to ${audienceText(audience)} from account '${account}': ${describeSchedule(schedule)}.`,
    `It is due ${momentText(created.scheduledAt, schedule.zone)}.`,
    ...warned,
  ].join('\n')
}

function editedText(edited: EditResult): string {
  const { kind, key, state, definition, nextFire, warnings } = edited
  if (kind === 'unchanged') return `Reminder '${key}' (${state}) is as it was: nothing differs.`
  return [
    `Edited reminder '${key}' (${state}):`,
    ...changeLines(edited),
    nextFire === undefined
      ? 'No time is to come.'
      : `It is due ${momentText(nextFire, definition.schedule.zone)}.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n')
}
