import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Verifier = (signed: {
  secret: string
  signature: string
  body: string
  nowMs?: number
}) => boolean

/** The example of docs/webhooks.md, as a reader would copy it. */
export async function documentedVerifier(): Promise<Verifier> {
  const code = /```js\n(?<code>[\s\S]*?)```/.exec(readFileSync('docs/webhooks.md', 'utf8'))?.groups?.['code']
  if (code === undefined) throw new Error('docs/webhooks.md has no example')
  const folder = mkdtempSync(join(tmpdir(), 'carillon-verifier-'))
  try {
    const file = join(folder, 'verify.mjs')
    writeFileSync(file, code)
    const { isFromCarillon } = (await import(file)) as { isFromCarillon: Verifier }
    return isFromCarillon
  } finally {
    rmSync(folder, { recursive: true })
  }
}
