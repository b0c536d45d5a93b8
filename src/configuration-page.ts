import { describedVariables, type DescribedVariable } from './config.js'

const elsewhere: DescribedVariable[] = [
  {
    name: 'CARILLON_TEMPORAL_CLI',
    meaning: 'the `temporal` binary to use',
    unset: 'found, downloaded or built',
  },
]

/** docs/configuration.md, as `npm run configuration` writes it. */
export function configurationPage(): string {
  const rows = [...describedVariables(), ...elsewhere].map(({ name, meaning, unset }) => [
    `\`${name}\``,
    meaning,
    unset,
  ])
  return `# Configuration

Carillon reads these variables of the environment, and no file. It checks all of them when it starts, and names each that
is wrong. \`.env.example\` has those that \`docker-compose.yml\` passes on. \`npm run configuration\` writes this page from
\`src/config.ts\`.

${table(['variable', 'meaning', 'where it is not set'], rows)}
`
}

/** Padded as Prettier has it, so that the page passes the check of formats. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
