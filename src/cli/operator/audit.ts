import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { chainSource } from '../../client/operators/audit.js'
import { CarillonError, InputError } from '../../client/errors.js'
import { readCheckpoint, type Checkpoint } from '../../receipts/checkpoint.js'
import { exportLines } from '../../receipts/export.js'
import { verifyChain, type ChainFault, type Verified } from '../../receipts/verify.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type Act, type CommandContext } from '../io.js'
import { listQuery, pageOptions, repeated, type ListOptions } from '../options.js'
import { printable } from '../../words/printable.js'
import { table } from '../table.js'
import { relative } from '../../words/times.js'

type VerifyFlags = { checkpoint?: string[]; publicKey?: string[] }

export function auditCommand(act: Act): Command {
  const audit = new Command('audit').description(
    'who asked for what, and the chain of receipts that shows what was sent',
  )
  pageOptions(audit.command('list', { isDefault: true }))
    .description('who asked for what, when and why: the latest first')
    .action(async (options: ListOptions<never>) => await act((context) => list(context, options)))
  audit
    .command('verify')
    .description('walk the chain of receipts, and name the first row that was altered, removed or added')
    .option('--checkpoint <file>', 'one that was kept elsewhere (repeatable)', repeated)
    .option('--public-key <base64>', 'the only key that is believed (repeatable)', repeated)
    .action(async (flags: VerifyFlags) => await act((context) => verify(context, flags)))
  audit
    .command('export')
    .description('the chain as JSON lines, for who verifies it with nothing of ours: see docs/audit.md')
    .action(async () => await act(exportChain))
  audit
    .command('checkpoint')
    .description('the end of the chain, signed: kept elsewhere, it shows later that nothing was cut off')
    .action(async () => await act(checkpoint))
  return audit
}

async function list(context: CommandContext, options: ListOptions<never>): Promise<ExitCode> {
  const { io, isJson } = context
  const page = await (await context.client()).audit.list(listQuery(options))
  if (isJson) return printJson(context, page)
  if (page.items.length === 0) return print(context, 'Nothing was asked for yet.')
  const rows = page.items.map(({ at, by, via, action, subject, reason }) => [
    relative(at, io.now()),
    printable(by ?? 'somebody'),
    via ?? '',
    printable(action),
    printable(subject),
    printable(reason ?? ''),
  ])
  io.out(table(['WHEN', 'WHO', 'BY', 'WHAT', 'OF', 'WHY'], rows))
  hintNextPage(context, page)
  return exitCodes.ok
}

async function verify(context: CommandContext, flags: VerifyFlags): Promise<ExitCode> {
  const { io, isJson, style } = context
  const checkpoints = (flags.checkpoint ?? []).map((file) => readKept(file))
  const { audit } = await context.client()
  const verified = await verifyChain(await chainSource(audit), {
    checkpoints,
    ...(flags.publicKey && { publicKeys: flags.publicKey }),
  })
  if (isJson) printJson(context, verified)
  else io.out(verified.kind === 'intact' ? intactText(verified) : `${style.red('✖')} ${brokenText(verified)}`)
  return verified.kind === 'intact' ? exitCodes.ok : exitCodes.failure
}

/** @throws InputError */
function readKept(file: string): Checkpoint {
  const checkpoint = readCheckpoint(textOf(file))
  if (checkpoint) return checkpoint
  throw new InputError([
    { field: '--checkpoint', got: file, expected: 'expected a file that `carillon audit checkpoint` wrote' },
  ])
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CarillonError('invalid', `--checkpoint: '${file}' cannot be read`, { cause: error })
  }
}

function intactText({ rows, from, to, head }: Extract<Verified, { kind: 'intact' }>): string {
  if (head === undefined) return 'Nothing was written to the chain yet.'
  const cut = from > 1 ? ` (those before row ${from} were cut off, with a signed checkpoint)` : ''
  return `The chain is intact: ${rows} rows, to row ${to}${cut}. It is signed by ${head.publicKey}`
}

/** What became of a row, for who looks for it. */
const whatHappened: Record<ChainFault['kind'], (rows: string, isOne: boolean) => string> = {
  altered: (rows) => `${rows} was altered`,
  missing: (rows, isOne) => `${rows} ${isOne ? 'is' : 'are'} missing`,
  inserted: (rows) => `${rows} was inserted`,
  moved: (rows) => `${rows} was moved`,
  cutOff: (rows, isOne) => `${rows}, the newest, ${isOne ? 'is' : 'are'} missing`,
  signature: (rows) => `what is signed of ${rows} does not hold`,
}

function brokenText({ fault }: Extract<Verified, { kind: 'broken' }>): string {
  const { kind, seq, to, why } = fault
  const rows = to === undefined ? `row ${seq}` : `rows ${seq} to ${to}`
  const [first = '', ...rest] = whatHappened[kind](rows, to === undefined)
  return `${first.toUpperCase()}${rest.join('')}: ${why}`
}

async function exportChain(context: CommandContext): Promise<ExitCode> {
  const { audit } = await context.client()
  for await (const line of exportLines(await chainSource(audit))) context.io.out(line)
  return exitCodes.ok
}

async function checkpoint(context: CommandContext): Promise<ExitCode> {
  const { head } = await (await context.client()).audit.chain()
  if (head === null)
    throw new CarillonError('not_found', 'Nothing was written to the chain yet: a worker does, each minute.')
  return printJson(context, head)
}
