import type { UploadedMedia } from '../../../../src/client/media.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import { mediaAnswer } from '../../../../src/api/v1/answers/media.js'
import type { Transport } from '../../../../src/api/client/transport.js'

/** A browser has no paths: images are uploaded when they are picked, and reminders name what that was answered. */
export type Uploads = {
  one(input: ReminderInput): Promise<ReminderInput>
  many(inputs: readonly ReminderInput[]): Promise<readonly ReminderInput[]>
}

export function uploadsFrom(): Uploads {
  return { one: async (input) => input, many: async (inputs) => inputs }
}

export async function upload({ ask }: Transport, content: Buffer): Promise<UploadedMedia> {
  // The API looks at the bytes: of what is no image it says so, whatever the label.
  return await ask(mediaAnswer, { method: 'POST', path: '/media', bytes: { type: 'image/jpeg', content } })
}
