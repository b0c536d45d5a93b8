import { listedReminders, namesOfGroups } from '../../../../src/client/yaml/gather.js'
import type { ReminderToWrite } from '../../../../src/client/yaml/write.js'
import type { ReminderListQuery } from '../../../../src/client/reminders/list.js'
import { api } from '../../api/client.js'
import { writeFileText } from './file-work.js'

/** Reads all that the list has, and saves it as a file. @returns how many there are */
export async function exportListed(
  query: ReminderListQuery,
  onProgress: (read: number) => void,
): Promise<number> {
  const reminders: ReminderToWrite[] = []
  for await (const some of listedReminders(api, query)) {
    reminders.push(...some)
    onProgress(reminders.length)
  }
  if (reminders.length > 0) await exportThese(reminders)
  return reminders.length
}

export async function exportThese(reminders: readonly ReminderToWrite[]): Promise<void> {
  const text = await writeFileText(reminders, await namesOfGroups(api, reminders))
  const [only, ...others] = reminders
  const name = only !== undefined && others.length === 0 ? only.key.replaceAll(/[^\w.-]+/g, '-') : 'reminders'
  save(text, `${name}-${new Date().toLocaleDateString('en-CA')}.yaml`)
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has it once the download has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
