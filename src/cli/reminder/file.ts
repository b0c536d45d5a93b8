import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { CarillonError } from '../../client/errors.js'
import { describeShape } from '../../client/input/issues.js'
import type { ReminderInput } from '../../client/input/schema.js'
import type { Io } from '../io.js'
import { inputOfFlags, type ReminderFlags } from './flags.js'

/** The file's fields with the flags over them. Relative image paths begin at the file, those of flags here. */
export async function readInput(
  io: Pick<Io, 'readStdin' | 'isStdinTty'>,
  flags: ReminderFlags,
  { stdin }: { /** Whether it is read where neither a file nor a flag is given. */ stdin: boolean },
): Promise<{ input: ReminderInput; folder: string }> {
  const here = process.cwd()
  const { file } = flags
  const fromFlags = inputOfFlags(flags)
  const given = {
    ...fromFlags,
    ...(flags.image !== undefined && { image: resolve(here, flags.image) }),
  }
  const isWithoutFile = Object.keys(given).length > 0 || io.isStdinTty || !stdin
  if (file === undefined && isWithoutFile) return { input: given, folder: here }
  const fromStdin = file === undefined || file === '-'
  const text = fromStdin ? await io.readStdin() : await readReminderFile(file)
  const fields = parseFields(text, fromStdin ? 'stdin' : file)
  return { input: { ...fields, ...given }, folder: fromStdin ? here : dirname(resolve(here, file)) }
}

async function readReminderFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : (code ?? 'unknown error')
    throw new CarillonError('invalid', `${file} cannot be read: ${why}`, { cause: error })
  }
}

/** JSON is YAML too. */
function parseFields(text: string, source: string): ReminderInput {
  try {
    const fields: unknown = parse(text)
    // An empty file, or one of comments, leaves it to the flags.
    if (fields === null) return {}
    if (typeof fields === 'object' && !Array.isArray(fields)) return fields
    throw new CarillonError(
      'invalid',
      `${source}: expected fields such as \`to: Class 3B\`, \`text: …\` and \`at: tomorrow 09:00\`, a line each; got ${describeShape(fields)}`,
    )
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    // Its message quotes the line, which may hold a text: the place is enough.
    const place = error.linePos?.[0]
    const where = place === undefined ? '' : `, line ${place.line}, column ${place.col}`
    throw new CarillonError('invalid', `${source}${where}: this is neither YAML nor JSON (${error.code})`)
  }
}
