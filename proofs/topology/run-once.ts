import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { StackError } from '../../src/stack/errors.js'

/**
 * A one-shot service: runs to its end.
 * @returns what it wrote to stdout
 * @throws StackError with the end of its log unless it ended with 0
 */
export async function runOnce({
  name,
  command,
  env,
  cwd,
  logFile,
  signal,
}: {
  name: string
  command: string[]
  env: NodeJS.ProcessEnv
  cwd: string
  logFile: string
  signal?: AbortSignal | undefined
}): Promise<string> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  })
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    log.write(text)
  })
  child.stderr.on('data', (chunk) => log.write(chunk))
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null]
  log.end()
  await finished(log)
  if (code === 0) return output
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n')
  throw new StackError(`${name} ended with ${code ?? killedBy}. The end of ${logFile}:\n${tail}`)
}
