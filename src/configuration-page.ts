import { describedVariables, standardVariables, type DescribedVariable } from './config.js'
import { fileVariableOf, isSecret } from './settings/secret-files.js'

const elsewhere: DescribedVariable[] = [
  {
    name: 'CARILLON_TEMPORAL_CLI',
    meaning: 'the `temporal` binary to use',
    unset: 'found, downloaded or built',
  },
]

/** docs/configuration.md, as `npm run configuration` writes it. */
export function configurationPage(): string {
  const rows = [...describedVariables(), ...elsewhere].map(rowOf)
  return `# Configuration

Carillon reads these variables of the environment, and the files that they name. It checks all of them when it starts, and
names each that is wrong. \`.env.example\` has those that \`docker-compose.yml\` passes on. \`npm run configuration\` writes this
page from \`src/config.ts\`.

${table(head, rows)}

A variable that is marked ¹ is a secret. It may be in a file instead, which the variable with \`_FILE\` at its end names
(\`${fileVariableOf('DATABASE_URL')}=/run/secrets/database-url\`): up to 64 KiB of text, whose last line break does not count. Both at once is an error. The
programs of \`docker-compose.yml\` that make databases take \`POSTGRES_ADMIN_URL_FILE\`, \`TEMPORAL_DB_PASSWORD_FILE\` and
\`CARILLON_DB_PASSWORD_FILE\` in the same way.

## TLS to Temporal and Postgres

These are read by others, too, and mean the same to them. See the [runbook](runbook.md#on-a-network).

${table(head, standardVariables.map(rowOf))}
`
}

const head = ['variable', 'meaning', 'where it is not set']

function rowOf({ name, meaning, unset }: DescribedVariable): string[] {
  return [`\`${name}\`${isSecret(name) ? '¹' : ''}`, meaning, unset]
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
