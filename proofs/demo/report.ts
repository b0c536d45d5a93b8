import type { Style } from '../../src/cli/io.js'
import { table } from '../../src/cli/table.js'
import type { ExpectedPart, Findings } from './findings.js'

export type DemoResult = {
  groups: number
  recipients: number
  messages: { distinct: number; read: number }
  duplicates: number
  lost: number
  outOfOrder: number
  uploads: number
  /** From the due time to the first message that the local WhatsApp accepted. */
  firstLateMs: number
  /** From the due time to the end of the run. */
  runMs: number
  historyEvents: number
}

export function isPerfect({ duplicates, lost, outOfOrder }: DemoResult): boolean {
  return duplicates === 0 && lost === 0 && outOfOrder === 0
}

/** What the recipients saw, for people. */
export function reportText({
  result,
  findings,
  parts,
  openedImages,
  style,
}: {
  result: DemoResult
  findings: Findings
  parts: ExpectedPart[]
  openedImages: { opened: number; tried: number }
  style: Style
}): string {
  const { recipients } = result
  const rows = parts.map((part, index) => {
    const read = findings.readBy[index] ?? 0
    const all = `${read} of ${recipients}`
    return [`${index + 1}`, part.label, read === recipients ? style.green(all) : style.red(all)]
  })
  const count = (value: number) => (value === 0 ? style.green('0') : style.red(String(value)))
  const perTarget = (result.historyEvents / Math.max(1, result.groups)).toFixed(1)
  return [
    style.bold("From the recipients' side"),
    '',
    table(['#', 'MESSAGE', 'READ BY'], rows),
    '',
    table(
      ['Groups', `${result.groups}, ${recipients} recipients`],
      [
        ['Messages', `${result.messages.distinct} sent, read ${result.messages.read} times`],
        ['First message', `${seconds(result.firstLateMs)} after it was due`],
        ['Whole run', `${seconds(result.runMs)}, from the due time to the last acknowledgement`],
        ['Duplicates', count(result.duplicates)],
        ['Lost', count(result.lost)],
        ['Out of order', count(result.outOfOrder)],
        [
          'Image',
          `uploaded ${result.uploads === 1 ? 'once' : `${result.uploads} times`}; opened by ${openedImages.opened} of the ${openedImages.tried} recipients who were asked`,
        ],
        ['Temporal', `${result.historyEvents} history events, ${perTarget} for each group`],
      ],
    ),
    '',
    isPerfect(result)
      ? style.green('✔ Everything arrived once, in order.')
      : style.red('✖ Not everything arrived once.'),
  ].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
