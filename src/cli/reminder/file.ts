import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CarillonError } from '../../client/errors.js'
import { filesOf } from '../../client/input/schema/content.js'
import type { ReminderInput } from '../../client/input/schema/reminder.js'
import { decodeText } from '../../client/yaml/decode.js'
import { describeFileProblem, type FileProblem } from '../../client/yaml/problems.js'
import { readReminders } from '../../client/yaml/read.js'
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
  const source = fromStdin ? 'stdin' : file
  const text = fromStdin ? await io.readStdin() : decodeText(await readReminderFile(file))
  const read = text === undefined ? { kind: 'refused' as const, problems: [notText] } : readReminders(text)
  if (read.kind === 'refused') throw refusedFile(source, read.problems)
  const folder = fromStdin ? here : dirname(resolve(here, file))
  const [only] = read.reminders
  // An empty file, or one of comments, leaves it to the flags.
  if (read.form === 'one')
    return { kind: 'one', input: { ...(isFields(only?.input) && only.input), ...given }, folder }
  if (given.key !== undefined)
    throw new CarillonError('invalid', `--key: ${source} has a list, and a key is that of one reminder`)
  // Of what is no fields the client tells.
  const inputs = read.reminders.map(({ input }) =>
    isFields(input) ? { ...input, ...given } : (input as ReminderInput),
  )
  return { kind: 'many', inputs, folder }
}

const notText: FileProblem = { kind: 'notText' }

function refusedFile(source: string, problems: readonly FileProblem[]): CarillonError {
  const lines = problems.map((problem) => {
    const column = 'column' in problem ? `, column ${problem.column}` : ''
    const place = 'line' in problem ? `, line ${problem.line}${column}` : ''
    return `${source}${place}: ${describeFileProblem(problem)}`
  })
  return new CarillonError('invalid', lines.join('\n'))
}

function isFields(value: unknown): value is ReminderInput {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readReminderFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : (code ?? 'unknown error')
    throw new CarillonError('invalid', `${file} cannot be read: ${why}`, { cause: error })
  }
}
