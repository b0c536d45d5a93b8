import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { projectRoot } from '../../src/stack/project-root.js'
import type { ExpectedPart } from './findings.js'

/** The example's reminder, and what each recipient is to see of it. */
export async function readExample(): Promise<{
  input: ReminderInput
  folder: string
  parts: ExpectedPart[]
}> {
  const file = join(projectRoot(), 'examples/class-trip.yaml')
  const input = parse(await readFile(file, 'utf8')) as ReminderInput
  const parts = (input.parts ?? []).map((part): ExpectedPart => {
    const isImage = part.image !== undefined
    return { label: isImage ? 'image' : 'text', isImage, text: (isImage ? part.caption : part.text) ?? '' }
  })
  return { input, folder: dirname(file), parts }
}
