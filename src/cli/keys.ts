import { Command, Option } from 'commander'
import type { KeyList } from '../client/keys/keys.js'
import { pause } from '../pause.js'
import type { RotationProgress } from '../store/rotation/rotation.js'
import { relative } from '../words/times.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import { printJson, type Act, type CommandContext } from './io.js'
import { wholeNumber } from './options.js'
import { table } from './table.js'

type AddOptions = { file?: string; standby?: boolean }
type RotateOptions = { to?: string; wait: boolean }

const lookEveryMs = 500
/** Of a rotation that nobody watches on a terminal. */
const lineEveryMs = 5_000

export function keysCommands(act: Act): Command {
  const keys = new Command('keys').description('the keys that what is stored is encrypted with')
  keys
    .command('add')
    .description('make a key, which encrypts from now on; the older ones open what they have encrypted')
    .option('--file <path>', 'where the ring is written, if it is in CARILLON_ENCRYPTION_KEY until now')
    .option('--standby', 'it does not encrypt yet: until all machines have it, and `rotate --to` says so')
    .action(async (options: AddOptions) => await act((context) => add(context, options)))
  keys
    .command('rotate')
    .description('encrypt all that is in Postgres with the current key, and show how far that is')
    .option('--to <id>', 'with this key of the ring, which is the current one from now on')
    .option('--no-wait', 'do not watch it: it goes on all the same')
    .action(async (options: RotateOptions) => await act((context) => rotate(context, options)))
  keys
    .command('list')
    .description('the keys of the ring, how much is encrypted with each, and which may be taken out')
    .action(async () => await act(list))
  keys
    .command('check')
    .description('open something of everything that is encrypted, and say what does not open')
    .addOption(
      new Option('--rows <count>', 'at most so many of each table').argParser(wholeNumber).default(1_000),
    )
    .action(async (options: { rows: number }) => await act((context) => check(context, options)))
  return keys
}

async function add(context: CommandContext, options: AddOptions): Promise<ExitCode> {
  const { keys } = await context.client()
  const added = await keys.add(options)
  if (context.isJson) return printJson(context, added)
  const { io } = context
  const isCurrent = added.current === added.id
  io.out(
    `Added key ${added.id} to ${added.file}: ${isCurrent ? 'it encrypts from now on' : 'it opens, and does not encrypt yet'}.`,
  )
  io.out(
    added.isRead
      ? 'Whoever reads that file has it within a second: nothing needs a new start. Where other machines have a copy of the file, give it to them.'
      : `Nothing reads that file yet: set CARILLON_ENCRYPTION_KEY_FILE=${added.file} for every process, take CARILLON_ENCRYPTION_KEY out, and start them again.`,
  )
  io.out(
    isCurrent
      ? 'What is stored keeps its key until `carillon keys rotate`. Keep a copy of the file elsewhere.'
      : `When every machine has it: carillon keys rotate --to ${added.id}`,
  )
  return exitCodes.ok
}

async function list(context: CommandContext): Promise<ExitCode> {
  const found = await (await context.client()).keys.list()
  if (context.isJson) return printJson(context, found)
  const { io, style } = context
  if (found.keys.length === 0) io.out('There is no key here: what is stored is not encrypted.')
  else {
    const rows = found.keys.map(({ id, isCurrent, since, rows: count }) => [
      style.bold(id),
      isCurrent ? 'encrypts' : 'opens',
      since === null ? '–' : relative(since, io.now()),
      String(count),
    ])
    io.out(table(['KEY', 'USE', 'SINCE', 'ROWS'], rows))
    io.out(
      style.dim(
        found.file === null ? 'The ring is in CARILLON_ENCRYPTION_KEY.' : `The ring is in ${found.file}.`,
      ),
    )
  }
  for (const line of notes(found)) io.out(line)
  return exitCodes.ok
}

function notes({ keys, others, olderWorkflows, rotation }: KeyList): string[] {
  const lines: string[] = []
  for (const { keyId, rows } of others)
    lines.push(
      keyId === null
        ? `${rows} rows are from before keys had ids: \`carillon keys rotate\` gives them one.`
        : `${rows} rows are under the key ${keyId}, which is not in the ring: nobody can read them.`,
    )
  if (rotation !== null) lines.push(rotationText(rotation))
  const older = keys.filter(({ isCurrent }) => !isCurrent)
  if (older.length === 0) return lines
  const isUsed = older.some(({ rows }) => rows > 0) || others.some(({ keyId }) => keyId === null)
  if (isUsed)
    lines.push('Rows are under an older key: `carillon keys rotate` puts them under the current one.')
  else if (olderWorkflows === null)
    lines.push(
      'Nothing in Postgres needs an older key; workflows in Temporal may, and since when the current key is in use is not known.',
    )
  else if (olderWorkflows.all > 0)
    lines.push(
      `Nothing in Postgres needs an older key. ${olderWorkflows.all} workflows in Temporal may, ${olderWorkflows.open} of them open: leave the older keys in the ring until there are none.`,
    )
  else
    lines.push(
      `Nothing needs an older key: ${older.map(({ id }) => id).join(', ')} may be taken out of the ring.`,
    )
  return lines
}

function rotationText({ keyId, finishedAt, unreadable, ...progress }: RotationProgress): string {
  const left = unreadable === 0 ? '' : `, ${unreadable} values open with no key of the ring`
  if (finishedAt !== null)
    return `All that can be read was put under ${keyId}: ${progress.rotated} rows${left}.`
  return `Under way to ${keyId}: ${shareText(progress.share)} of pass ${progress.pass} (${progress.table ?? 'the end'}), ${progress.rotated} rows${left}.`
}

function shareText(share: number): string {
  return `${Math.floor(share * 100)} %`
}

async function rotate(context: CommandContext, { to, wait }: RotateOptions): Promise<ExitCode> {
  const { io, isJson } = context
  const { keys } = await context.client()
  let progress = await keys.rotate({ ...(to !== undefined && { to }) })
  let shownMs = Number.NEGATIVE_INFINITY
  while (wait && progress.finishedAt === null && !io.signal.aborted) {
    if (!isJson && performance.now() - shownMs >= lineEveryMs) {
      io.out(rotationText(progress))
      shownMs = performance.now()
    }
    await pause(lookEveryMs, io.signal)
    progress = (await keys.rotation()) ?? progress
  }
  if (isJson) printJson(context, progress)
  else {
    io.out(rotationText(progress))
    if (progress.finishedAt === null) io.out('It goes on by itself; `carillon keys rotate` shows it again.')
  }
  if (progress.finishedAt === null) return wait ? exitCodes.interrupted : exitCodes.ok
  return progress.unreadable === 0 ? exitCodes.ok : exitCodes.failure
}

async function check(context: CommandContext, { rows }: { rows: number }): Promise<ExitCode> {
  const checked = await (await context.client()).keys.check({ rows })
  const bad = checked.filter(({ unreadable }) => unreadable > 0)
  const isGood = bad.length === 0
  if (context.isJson) printJson(context, { ok: isGood, columns: checked })
  else {
    const looked = checked.reduce((sum, column) => sum + column.looked, 0)
    context.io.out(
      isGood
        ? `All of ${looked} values that were looked at in ${checked.length} columns open.`
        : table(
            ['COLUMN', 'LOOKED AT', 'DO NOT OPEN', 'WHY'],
            bad.map(({ table: of, column, looked: all, unreadable, why }) => [
              `${of}.${column}`,
              String(all),
              String(unreadable),
              why ?? '',
            ]),
          ),
    )
    if (!isGood) context.io.out('What to do is in docs/runbook.md, "The encryption key is lost".')
  }
  return isGood ? exitCodes.ok : exitCodes.failure
}
