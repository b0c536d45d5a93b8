import { InputError, type InputIssue } from '../../client/errors.js'
import { describeValue, isObject } from '../../client/input/issues.js'
import { absolutePath, imageTypeOf, readImageFile } from '../../client/input/media/media.js'
import type { ReminderInput } from '../../client/input/schema/reminder.js'
import { inList, keyOf } from '../../client/reminders/many/read.js'
import { mediaKinds, mediaPattern } from '../../domain/definition.js'
import type { UploadedMedia } from '../../client/media.js'
import { mediaAnswer } from '../v1/answers/media.js'
import type { Transport } from './transport.js'

/** A file that the input names, and where. */
type Named = { field: string; path: string; holder: Record<string, unknown>; kind: string }

export async function upload({ ask }: Transport, content: Buffer): Promise<UploadedMedia> {
  // The API looks at the bytes: of what is no image at all it says so, whatever the label.
  const type = imageTypeOf(content) ?? 'image/jpeg'
  return await ask(mediaAnswer, { method: 'POST', path: '/media', bytes: { type, content } })
}

export type Uploads = {
  /**
   * The same reminder with what the uploads of its files were answered in place of their paths: the API reads no files.
   * @throws InputError with an issue for each file that cannot be used
   */
  one(input: ReminderInput): Promise<ReminderInput>
  /** The same of a list of them. A file that several of them name is sent once. */
  many(inputs: readonly ReminderInput[]): Promise<readonly ReminderInput[]>
}

/** @param folder where relative paths begin; the current folder when not given */
export function uploadsFrom(transport: Transport, folder = process.cwd()): Uploads {
  const known = new Map<string, string | { expected: string }>()

  async function read(input: ReminderInput): Promise<{ input: ReminderInput; issues: InputIssue[] }> {
    const copy = structuredClone(input)
    const issues: InputIssue[] = []
    for (const { field, path, holder, kind } of filesNamedIn(copy)) {
      const file = absolutePath({ path, folder })
      const media = known.get(file) ?? (await mediaOf(transport, { file, path }))
      known.set(file, media)
      if (typeof media === 'string') holder[kind] = media
      else issues.push({ field, got: describeValue(path), ...media })
    }
    return { input: copy, issues }
  }

  return {
    async one(input) {
      const { input: sent, issues } = await read(input)
      if (issues.length > 0) throw new InputError(issues)
      return sent
    },
    async many(inputs) {
      const sent: ReminderInput[] = []
      const issues: InputIssue[] = []
      for (const [index, input] of inputs.entries()) {
        const one = await read(input)
        sent.push(one.input)
        issues.push(...one.issues.map((issue) => inList(issue, { index, key: keyOf(input) })))
      }
      if (issues.length > 0) throw new InputError(issues)
      return sent
    },
  }
}

async function mediaOf(
  transport: Transport,
  { file, path }: { file: string; path: string },
): Promise<string | { expected: string }> {
  // What an upload was answered before.
  if (mediaPattern.test(path)) return path
  const content = await readImageFile(file)
  if (typeof content === 'string') return { expected: content }
  try {
    return (await upload(transport, content)).media
  } catch (error) {
    const [issue] = error instanceof InputError ? error.issues : []
    if (issue === undefined) throw error
    return { expected: issue.expected }
  }
}

/** Of the reminder itself, its parts, its steps and their parts. What is of another shape the API tells of. */
function filesNamedIn(input: unknown, place = ''): Named[] {
  if (Array.isArray(input)) return input.flatMap((one, index) => filesNamedIn(one, `${place}[${index}].`))
  if (!isObject(input)) return []
  const holder = input as Record<string, unknown>
  const own = mediaKinds.flatMap((kind) => {
    const path = holder[kind]
    return typeof path === 'string' && path !== '' ? [{ field: `${place}${kind}`, path, holder, kind }] : []
  })
  const within = ['parts', 'steps'].flatMap((name) =>
    Array.isArray(holder[name]) ? filesNamedIn(holder[name], `${place}${name}`) : [],
  )
  return [...own, ...within]
}
