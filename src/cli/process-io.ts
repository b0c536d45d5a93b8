import { text } from 'node:stream/consumers'
import type { Way } from '../domain/ways.js'
import { outliveReaders } from '../lost-output.js'
import type { CommandClient, Io } from './io.js'

/** The real terminal, environment and connections. */
export function createIo(): Io {
  let interrupt: AbortSignal | undefined
  // `carillon … | head` closes the pipe early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  outliveReaders(process.stderr)
  const isTty = process.stdout.isTTY
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    terminal: isTty ? process.stdout : undefined,
    hasColor: isTty && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    env: process.env,
    readStdin: async () => await text(process.stdin),
    isStdinTty: process.stdin.isTTY,
    // Only a command that asks for it takes Ctrl-C over from the process's own way to end.
    get signal() {
      return (interrupt ??= interruptSignal())
    },
    connect,
    now: () => new Date(),
  }
}

/** Each way is loaded when it is needed: Temporal's client takes longer to load than `--help` to print. */
async function connect(env: NodeJS.ProcessEnv, via: Way): Promise<CommandClient> {
  const { parseConfig } = await import('../config.js')
  const config = parseConfig(env)
  if (config.remote === undefined) {
    const { connectCarillon } = await import('../client/connect.js')
    return await connectCarillon(config, { via })
  }
  const { connectApi } = await import('./connect-api.js')
  return connectApi(config.remote)
}

/** Aborts at the first Ctrl-C; a second one ends the process at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}
