import { readReminders, type ReadFile } from '../../../../src/client/yaml/read.js'
import { writeReminders, type ReminderToWrite } from '../../../../src/client/yaml/write.js'

/** What is asked of it, one thing of each worker. */
export type FileRequest =
  | { kind: 'read'; text: string }
  | { kind: 'write'; reminders: readonly ReminderToWrite[]; names: ReadonlyMap<string, string> }
export type FileAnswer = { read?: ReadFile; written?: string }

// Large files take seconds, and the page must not stand still meanwhile.
addEventListener('message', ({ data }: MessageEvent<FileRequest>) => {
  const answer: FileAnswer =
    data.kind === 'read'
      ? { read: readReminders(data.text) }
      : { written: writeReminders(data.reminders, { names: data.names }) }
  postMessage(answer)
})
