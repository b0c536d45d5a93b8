import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import { mediaKinds } from '../../../../src/domain/definition.js'

const uploaded = /^[0-9a-f]{64}$/

/** The names of the files that reminders show, without their folders: a browser finds no folder. */
export function filesShown(inputs: readonly unknown[]): string[] {
  const names = new Set<string>()
  for (const input of inputs)
    eachFile(input, (_holder, _kind, path) => {
      if (!uploaded.test(path)) names.add(baseName(path))
    })
  return [...names]
}

/** The same with what their uploads were answered in place of files. */
export function withUploads(input: ReminderInput, uploads: Readonly<Record<string, string>>): ReminderInput {
  if (Object.keys(uploads).length === 0) return input
  const copy = structuredClone(input)
  eachFile(copy, (holder, kind, path) => {
    const name = baseName(path)
    if (Object.hasOwn(uploads, name)) holder[kind] = uploads[name]
  })
  return copy
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '')
}

/** Of the reminder itself, its parts, its steps and their parts. */
function eachFile(
  input: unknown,
  visit: (holder: Record<string, unknown>, kind: string, path: string) => void,
): void {
  if (Array.isArray(input)) for (const one of input) eachFile(one, visit)
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return
  const holder = input as Record<string, unknown>
  for (const kind of mediaKinds) {
    const path = holder[kind]
    if (typeof path === 'string' && path !== '') visit(holder, kind, path)
  }
  for (const name of ['parts', 'steps']) eachFile(holder[name], visit)
}
