import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type ReceiptsOptions = { receipts: number; isJson: boolean; home: string | undefined }

export const receiptsUsage = `npm run bench:receipts -- [options]

Fills a Postgres of its own with runs that have ended and with requests of operators, lets the job write their receipts, and
verifies the chain. Then somebody changes it: one bit, one row that is removed, two that are swapped, one that is inserted, the
newest cut off. Each change is undone before the next.

  --receipts <n>   rows of the chain (100000), nine of ten of them receipts of runs
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  Postgres' data; a temporary folder when missing
  --help

Exit code: 0 only if the chain is intact where nobody has changed it, and each change is found and named by its row.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): ReceiptsOptions | undefined {
  const values = readArguments(args, { values: ['receipts'] })
  if (values === undefined) return undefined
  return {
    receipts: wholeNumber('receipts', values.receipts ?? '100000', { min: 100, max: 10_000_000 }),
    isJson: values.json,
    home: values.home,
  }
}
