import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { CarillonError } from '../../client/errors.js'
import { describeShape } from '../../client/input/issues.js'
import { filesOf } from '../../client/input/schema-content.js'
import type { ReminderInput } from '../../client/input/schema.js'
import type { Io } from '../io.js'
import { inputOfFlags, type ReminderFlags } from './flags.js'

type Source = Pick<Io, 'readStdin' | 'isStdinTty'>
type ReadOptions = { /** Whether it is read where neither a file nor a flag is given. */ stdin: boolean }

/** The fields of one reminder, or a list of them. */
export type Given = { folder: string } & (
  { kind: 'one'; input: ReminderInput } | { kind: 'many'; inputs: ReminderInput[] }
)

/** The same where a list is none of what is expected. */
export async function readInput(
  io: Source,
  flags: ReminderFlags,
  options: ReadOptions,
): Promise<{ input: ReminderInput; folder: string }> {
  const given = await readInputs(io, flags, options)
  if (given.kind === 'one') return given
  throw listForOne()
}

export function listForOne(): CarillonError {
  return new CarillonError(
    'invalid',
    'Expected the fields of one reminder here, and got a list of `reminders`.',
  )
}

/** The file's fields with the flags over them. Relative paths begin at the file, those of flags here. */
export async function readInputs(io: Source, flags: ReminderFlags, { stdin }: ReadOptions): Promise<Given> {
  const here = process.cwd()
  const { file } = flags
  const fromFlags = inputOfFlags(flags)
  const given = {
    ...fromFlags,
    ...Object.fromEntries(filesOf(flags).map(({ kind, path }) => [kind, resolve(here, path)])),
  }
  const isWithoutFile = Object.keys(given).length > 0 || io.isStdinTty || !stdin
  if (file === undefined && isWithoutFile) return { kind: 'one', input: given, folder: here }
  const fromStdin = file === undefined || file === '-'
  const text = fromStdin ? await io.readStdin() : await readReminderFile(file)
  const source = fromStdin ? 'stdin' : file
  const fields = parseFields(text, source)
  const folder = fromStdin ? here : dirname(resolve(here, file))
  if (!('reminders' in fields)) return { kind: 'one', input: { ...fields, ...given }, folder }
  return { kind: 'many', inputs: readList(fields, { source, given }), folder }
}

function readList(
  { reminders, ...others }: { reminders?: unknown },
  { source, given }: { source: string; given: ReminderInput },
): ReminderInput[] {
  const [other] = Object.keys(others)
  if (other !== undefined)
    throw new CarillonError(
      'invalid',
      `${source}: expected nothing beside \`reminders\`; each of them has its own fields, and a flag holds for all`,
    )
  if (given.key !== undefined)
    throw new CarillonError('invalid', `--key: ${source} has a list, and a key is that of one reminder`)
  if (!Array.isArray(reminders))
    throw new CarillonError(
      'invalid',
      `${source}: expected a list of reminders under \`reminders\`, got ${describeShape(reminders)}`,
    )
  return reminders.map((fields: unknown) =>
    // Of what is no fields the client tells.
    isFields(fields) ? { ...fields, ...given } : (fields as ReminderInput),
  )
}

function isFields(value: unknown): value is ReminderInput {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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

// The same anchor may be meant in each of many reminders; beyond this, a file means to fill the memory.
const maxAliasCount = 100_000

/** JSON is YAML too. */
function parseFields(text: string, source: string): ReminderInput & { reminders?: unknown } {
  try {
    const fields: unknown = parse(text, { maxAliasCount })
    // An empty file, or one of comments, leaves it to the flags.
    if (fields === null) return {}
    if (isFields(fields)) return fields
    throw new CarillonError(
      'invalid',
      `${source}: expected fields such as \`to: Class 3B\`, \`text: …\` and \`at: tomorrow 09:00\`, a line each, or \`reminders:\` and a list of such; got ${describeShape(fields)}`,
    )
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    // Its message quotes the line, which may hold a text: the place is enough.
    const place = error.linePos?.[0]
    const where = place === undefined ? '' : `, line ${place.line}, column ${place.col}`
    throw new CarillonError('invalid', `${source}${where}: this is neither YAML nor JSON (${error.code})`)
  }
}
