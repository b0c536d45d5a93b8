import { spawn } from 'node:child_process'

const tickMs = 10_000
const shownLines = 25

/** Runs a command without its output; when it fails, the output is part of the error. */
export async function run(command, args, { cwd, say, what }) {
  const startedAt = Date.now()
  const seconds = () => Math.round((Date.now() - startedAt) / 1_000)
  const ticker = setInterval(() => say(`${what}: still at it after ${seconds()} s`), tickMs)
  let output = ''
  try {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code ?? signal))
    })
    if (code !== 0)
      throw new SetupError(`${what} failed (${command} ended with ${code}):\n\n${beginningOf(output)}`)
  } finally {
    clearInterval(ticker)
  }
}

/** Both tsc and npm begin with the cause; npm goes on with pages of usage. */
function beginningOf(output) {
  const lines = output.trimEnd().split('\n')
  const more = lines.length - shownLines
  return lines.slice(0, shownLines).join('\n') + (more > 0 ? `\n… and ${more} more lines` : '')
}

/** An error for the reader: printed without a stack. */
export class SetupError extends Error {}
