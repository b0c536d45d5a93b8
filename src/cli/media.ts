import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { CarillonError, InputError } from '../client/errors.js'
import { readImageFile } from '../client/input/media/media.js'
import type { ExitCode } from './exit-codes.js'
import { print, printJson, type Act, type CommandContext } from './io.js'

export function mediaCommands(act: Act): Command {
  const media = new Command('media').description('images of reminders, as they are sent')
  media
    .command('get <media>')
    .description('write one to a file, as WhatsApp gets it; `reminder show --json` names those of a reminder')
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action(async (name: string, { out }: { out: string }) => await act((context) => get(context, name, out)))
  media
    .command('upload <file>')
    .description('store one ahead, for reminders that are written elsewhere; it is kept for a day')
    .action(async (file: string) => await act((context) => upload(context, file)))
  return media
}

async function get(context: CommandContext, name: string, out: string): Promise<ExitCode> {
  const { media } = await context.client()
  const { mime, bytes } = await media.read(name)
  await writeNew(out, bytes)
  const written = { file: out, mime, bytes: bytes.length }
  if (context.isJson) return printJson(context, written)
  return print(context, `${out} has the image (${mime}, ${bytes.length} bytes).`)
}

/** @throws InputError where it can't be written, or is there: nobody loses a file by a name */
async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new InputError([{ field: '--out', got: file, expected: 'expected a file that is not there yet' }])
    throw new CarillonError('invalid', `--out: '${file}' cannot be written (${code ?? 'unknown'})`, {
      cause: error,
    })
  }
}

async function upload(context: CommandContext, file: string): Promise<ExitCode> {
  const content = await readImageFile(file)
  if (typeof content === 'string') throw new InputError([{ field: 'file', expected: content }])
  const uploaded = await (await context.client()).media.upload(content)
  if (context.isJson) return printJson(context, uploaded)
  const { media, mime, bytes, width, height } = uploaded
  return print(
    context,
    `${media}\n${mime}, ${width} × ${height}, ${bytes} bytes. Give it as the \`image\` of a reminder to the API within a day.`,
  )
}
