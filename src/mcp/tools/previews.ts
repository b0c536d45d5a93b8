import { z } from 'zod'
import { onlyGiven } from '../../api/v1/acting.js'
import { previewAnswer } from '../../api/v1/answers/preview.js'
import { readBy } from '../../api/v1/read.js'
import { written } from '../../api/v1/route.js'
import { previewQuery } from '../../api/v1/routes/preview.js'
import { printPreview } from '../../cli/reminder/preview-output.js'
import { needs } from '../../client/allowed.js'
import { reminderInputSchema } from '../../client/input/schema/reminder.js'
import type { Preview } from '../../client/preview/reminder.js'
import { keyField, reminderFields } from '../fields.js'
import { printed } from '../text.js'
import { reads, tool, type Tool } from '../tool.js'

const ofOne = z.object({ key: keyField, ...previewQuery.shape })

export const previewTools: Tool[] = [
  tool({
    name: 'preview_reminder',
    title: 'Preview a new reminder',
    description:
      'What create_reminder would do: when, to how many and to whom, what each of them gets, how long it takes, and warnings of what may not be meant. Nothing is stored or sent. Call it before each create_reminder, show the person what it says, and give create_reminder the same fields with the `key` and the `contentKey` that it names.',
    needs: needs.reminders.preview,
    annotations: reads,
    input: written<unknown>(reminderInputSchema.extend(previewQuery.shape)),
    answer: previewAnswer,
    act: async (client, given) => {
      const { next, ...input } = reminderFields<'next'>(given)
      return await client.reminders.preview(input, onlyGiven(readBy(previewQuery, { next })))
    },
    text: (preview) => previewText(preview, 'create_reminder'),
  }),
  tool({
    name: 'preview_change',
    title: 'Preview a change',
    description:
      'What an existing reminder does next or, with fields to change, what it would do after edit_reminder. Nothing is stored or sent. Call it before each edit_reminder, show the person what it says, and give edit_reminder the same fields with the `contentKey` that it names.',
    needs: needs.reminders.preview,
    annotations: reads,
    input: written<unknown>(reminderInputSchema.extend(ofOne.shape)),
    answer: previewAnswer,
    act: async (client, given) => {
      const { key, next, ...changes } = reminderFields<'next'>(given)
      return await client.reminders.preview(changes, onlyGiven(readBy(ofOne, { key, next })))
    },
    text: (preview) => previewText(preview, 'edit_reminder'),
  }),
]

function previewText(preview: Preview, then: string): string {
  const { key, contentKey, definition } = preview
  const { schedule } = definition
  const at = schedule.kind === 'once' ? ` Where its time counts from now, write it as ${schedule.at}.` : ''
  return [
    printed((context) => printPreview(context, preview, { allAre: 'the structured answer has all' })),
    `Once the person agrees: ${then} with the same fields, the key '${key}' and the contentKey '${contentKey}'.${at}`,
  ].join('\n\n')
}
