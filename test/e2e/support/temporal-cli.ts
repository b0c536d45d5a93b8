import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findTemporalCli } from '../../../src/stack/temporal/cli.js'
import type { TestNamespace } from '../../support/namespace.js'

export type TemporalCli = (...words: string[]) => Promise<string>

/** The real `temporal` command, as an operator would use it, in the test file's namespace. */
export async function temporalCli({ address, namespace }: TestNamespace): Promise<TemporalCli> {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const path = await findTemporalCli({ env: process.env, progress: { step: say, note: say } })
  return async (...words) => {
    const { stdout } = await promisify(execFile)(
      path,
      [...words, '--address', address, '--namespace', namespace],
      { maxBuffer: 64 << 20 },
    )
    return stdout
  }
}
