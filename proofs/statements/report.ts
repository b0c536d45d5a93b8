import type { Grown } from './growth.js'
import type { Measured } from './measure.js'

export type StatementsResult = {
  scale: number
  statements: (Measured & { buffersBefore: number | null })[]
  /** By what is kept. */
  growing: Grown[]
  /** Statements of every message, by the size of their run. */
  growingByRun: Grown[]
  scanning: Measured[]
  /** Statements of a message, in a run of a thousand targets and of ten thousand. */
  perMessage: { name: string; text: string; ms: number; msWide: number; read: number; readWide: number }[]
  isGood: boolean
}

const shown = 70

export function reportText({ statements, growing, growingByRun, scanning }: StatementsResult): string {
  const width = Math.max(...statements.map(({ name }) => name.length))
  const line = ({
    name,
    text,
    calls,
    ms,
    buffers,
    buffersBefore,
    rows,
    scans,
  }: (typeof statements)[number]) =>
    [
      name.padEnd(width),
      ms.toFixed(1).padStart(9),
      String(buffers).padStart(8),
      String(buffersBefore ?? '').padStart(8),
      String(Math.round(rows)).padStart(7),
      String(calls).padStart(6),
      (scans.length > 0 ? `SCAN ${scans.join(', ')} ` : '') + text.slice(0, shown),
    ].join(' ')
  const grown = (what: string, ones: Grown[]) =>
    ones.map(
      ({ name, text, from, to }) =>
        `${what}: ${name} reads ${from} pages, then ${to}: ${text.slice(0, shown)}`,
    )
  return [
    `${'function'.padEnd(width)}        ms  buffers  a tenth   rows  calls statement`,
    ...statements.map(line),
    '',
    ...scanning.map(({ name, scans, text }) => `Scans ${scans.join(', ')}: ${name}: ${text.slice(0, shown)}`),
    ...grown('Grows with what is kept', growing),
    ...grown('Grows with its run', growingByRun),
    `${statements.length} statements, ${scanning.length} of them scan a table that grows; ${growing.length} grow with what ` +
      `is kept, ${growingByRun.length} of every message grow with its run.`,
  ].join('\n')
}
