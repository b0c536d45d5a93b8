import type { ReceiptsResult } from './bench.js'

export function reportText(result: ReceiptsResult): string {
  const { receipts, runs, actions, writeMs, verifyMs, exportMs, compareMs, verifyMb, rowBytes } = result
  const rate = (ms: number) => `${seconds(ms)} s, ${Math.round(receipts / (ms / 1_000))} a second`
  return [
    `${receipts} rows: receipts of ${runs} runs with two targets each, and ${actions} requests`,
    `written in ${rate(writeMs)}`,
    `verified in ${rate(verifyMs)}, with ${Math.round(verifyMb)} MB`,
    `verified where it is and compared with the ledger in ${rate(compareMs)}`,
    `exported in ${rate(exportMs)}`,
    `${rowBytes} bytes a row in Postgres, with its indexes`,
    '',
    ...result.changes.map(({ name, fault, isFound, ms }) => {
      const place = fault && `${fault.kind} ${fault.seq}${fault.to === undefined ? '' : ` to ${fault.to}`}`
      return `${isFound ? 'found' : 'NOT FOUND'}  ${name.padEnd(48)} ${(place ?? 'nothing').padEnd(26)} ${seconds(ms)} s`
    }),
    ...result.ledger.map(({ name, change, isFound, ms }) => {
      const what =
        change && `${change.kind} ${change.table}${change.seq === null ? '' : ` (row ${change.seq})`}`
      return `${isFound ? 'found' : 'NOT FOUND'}  ${name.padEnd(48)} ${(what ?? 'nothing').padEnd(26)} ${seconds(ms)} s`
    }),
    '',
    result.isGood ? 'Each change was found, and named by its row.' : 'NOT all is as it must be.',
  ].join('\n')
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1)
