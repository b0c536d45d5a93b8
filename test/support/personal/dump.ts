import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withPlainClient } from '../plain-client.js'

const folder = 'test-results/dumps'
let dumps = 0

/** For a run that begins. */
export function clearDumps(): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

/** Keeps what a database has when its tests are over, as it is in Postgres, for the scan at the end of the run. */
export async function keepDump(databaseUrl: string): Promise<void> {
  // A file that runs alone has none.
  if (!existsSync(folder)) return
  writeFileSync(join(folder, `${process.pid}-${(dumps += 1)}.txt`), await dumpOf(databaseUrl))
}

export function keptDumps(): { where: string; text: string }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((name) => ({ where: name, text: readFileSync(join(folder, name), 'utf8') }))
}

/** All tables, a value on a line. Bytes are read as the text that they would be if nothing had sealed them. */
export async function dumpOf(databaseUrl: string): Promise<string> {
  return await withPlainClient(databaseUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
    )
    const lines: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`)
      for (const row of rows)
        for (const [column, value] of Object.entries(row)) lines.push(`${name}.${column} ${asText(value)}`)
    }
    return lines.join('\n')
  })
}

function asText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
