import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { chainSource, type Audit } from '../../client/operators/audit.js'
import type { Verification } from '../../client/operators/verification.js'
import { CarillonError, InputError } from '../../client/errors.js'
import { auditAreaNames, type AuditArea } from '../../domain/audit-areas.js'
import type { LedgerChange } from '../../receipts/compare.js'
import { readCheckpoint, type Checkpoint } from '../../receipts/checkpoint.js'
import { exportLines } from '../../receipts/export.js'
import { verifyChain, type ChainFault, type Verified } from '../../receipts/verify.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type Act, type CommandContext } from '../io.js'
import { listQuery, pageOptions, repeated, type ListOptions } from '../options.js'
import { printable } from '../../words/printable.js'
import { table } from '../table.js'
import { relative } from '../../words/times.js'

type ListFlags = ListOptions<never> & { area?: AuditArea[]; by?: string }
type VerifyFlags = { checkpoint?: string[]; publicKey?: string[] }

export function auditCommand(act: Act): Command {
  const audit = new Command('audit').description(
    'who asked for what, and the chain of receipts that shows what was sent',
  )
  pageOptions(audit.command('list', { isDefault: true }))
    .description('who asked for what, when and why: the latest first')
    .option('--area <area>', `only what is about it: ${auditAreaNames.join(', ')} (repeatable)`, repeated)
    .option('--by <who>', 'only what this one asked for, as WHO has it')
    .action(async (options: ListFlags) => await act((context) => list(context, options)))
  audit
    .command('verify')
    .description(
      'walk the chain of receipts, compare it with what it is about, and name what was altered, removed or added',
    )
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

async function list(context: CommandContext, { area, by, ...options }: ListFlags): Promise<ExitCode> {
  const { io, isJson } = context
  const page = await (
    await context.client()
  ).audit.list({
    ...listQuery(options),
    ...(area && { areas: area }),
    ...(by !== undefined && { by }),
  })
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
  if (verified.kind === 'broken') {
    if (isJson) printJson(context, verified)
    else io.out(`${style.red('✖')} ${brokenText(verified)}`)
    return exitCodes.failure
  }
  const ledger = await compare(audit)
  if (isJson) printJson(context, { ...verified, ledger })
  else {
    io.out(intactText(verified))
    for (const line of ledgerLines(ledger)) io.out(line)
  }
  return ledger.changes.length === 0 ? exitCodes.ok : exitCodes.failure
}

type Compared = Pick<Verification, 'changes' | 'compared'>

/** All parts, or those until enough was found. */
async function compare(audit: Audit): Promise<Compared> {
  const changes: LedgerChange[] = []
  const compared = { actions: 0, runs: 0, purged: 0 }
  let after: string | undefined
  do {
    const part = await audit.verify(after === undefined ? {} : { after })
    if (part.chain.kind === 'broken')
      throw new CarillonError(
        'conflict',
        `The chain was changed as it was verified: ${brokenText(part.chain)}.`,
      )
    changes.push(...part.changes)
    for (const what of ['actions', 'runs', 'purged'] as const) compared[what] += part.compared[what]
    after = part.next
  } while (after !== undefined && changes.length < mostShown)
  return { changes: changes.slice(0, mostShown), compared }
}

const mostShown = 100

function ledgerLines({ changes, compared: { actions, runs, purged } }: Compared): string[] {
  if (changes.length === 0) {
    const gone = purged === 0 ? '' : ` (of ${purged} the retention has taken what they had)`
    return [`What it is about is as it was: ${runs} runs and ${actions} requests${gone}.`]
  }
  const more = changes.length < mostShown ? '' : ' or more'
  return [
    `✖ ${changes.length}${more} rows in Postgres are not as they were when they were written to the chain:`,
    ...changes.map((change) => `  ${changeText(change)}`),
  ]
}

/** `altered: send 3EB0… of run:local/trip@… (state, ackedAt); row 17 of the chain has it` */
function changeText({ kind, table, seq, of, row, fields }: LedgerChange): string {
  const what = `${kind}: ${table}${row === undefined ? '' : ` ${printable(row)}`} of ${printable(of)}`
  const parts = fields === undefined ? '' : ` (${fields.map((field) => printable(field)).join(', ')})`
  return `${what}${parts}; ${seq === null ? 'the chain has no such row' : `row ${seq} of the chain says how it was`}`
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

function brokenText({ fault }: { fault: ChainFault }): string {
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
