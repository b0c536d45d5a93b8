import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { codeOf, messageOf } from '../errors.js'

const runMs = 30_000
// Update-with-start, which creates reminders, is generally available from server 1.28 on.
const oldestServer = { major: 1, minor: 28 }

export type CliCheck =
  { kind: 'usable'; version: string } | { kind: 'missing'; why: string } | { kind: 'unusable'; why: string }

/** Runs `<path> --version`: whether it is a Temporal CLI, and its server is recent enough. */
export async function checkTemporalCli(path: string, env: NodeJS.ProcessEnv): Promise<CliCheck> {
  let output: string
  try {
    const result = await promisify(execFile)(path, ['--version'], { env, timeout: runMs })
    output = result.stdout.trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'missing', why: `${path}: not found` }
    return { kind: 'unusable', why: `${path} does not run: ${firstLine(messageOf(error))}` }
  }
  // "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"
  const server = /\(Server (\d+)\.(\d+)[^,)]*/.exec(output)
  if (!server)
    return { kind: 'unusable', why: `${path} is no Temporal CLI with a server: '${firstLine(output)}'` }
  const [major, minor] = [Number(server[1]), Number(server[2])]
  if (major < oldestServer.major || (major === oldestServer.major && minor < oldestServer.minor))
    return {
      kind: 'unusable',
      why: `${path} is too old: server ${major}.${minor}, and ${oldestServer.major}.${oldestServer.minor} is needed`,
    }
  return { kind: 'usable', version: output }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
