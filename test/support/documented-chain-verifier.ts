import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The script of docs/audit.md, as a reader would copy it. */
export function documentedScript(): string {
  const code = /```js\n(?<code>[\s\S]*?)```/.exec(readFileSync('docs/audit.md', 'utf8'))?.groups?.['code']
  if (code === undefined) throw new Error('docs/audit.md has no script')
  return code
}

/** What it says of a file of these lines. */
export async function runDocumentedScript(
  lines: readonly string[],
  publicKey?: string,
): Promise<{ isGood: boolean; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-chain-'))
  try {
    const [script, file] = [join(folder, 'verify.mjs'), join(folder, 'chain.jsonl')]
    writeFileSync(script, documentedScript())
    writeFileSync(file, `${lines.join('\n')}\n`)
    const given = [script, file, ...(publicKey === undefined ? [] : [publicKey])]
    return await new Promise((resolve) => {
      execFile(process.execPath, given, (error, stdout, stderr) =>
        resolve({ isGood: error === null, said: `${stdout}${stderr}` }),
      )
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
