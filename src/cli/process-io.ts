import { text } from 'node:stream/consumers'
import type { Io } from './io.js'

/** The real terminal, environment and connections. */
export function createIo(): Io {
  let interrupt: AbortSignal | undefined
  // `carillon … | head` closes the pipe early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
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
    // Loaded when it is needed: Temporal's client takes longer to load than `--help` to print.
    connect: async (env) => {
      const [{ connectCarillon }, { parseConfig }] = await Promise.all([
        import('../client/connect.js'),
        import('../config.js'),
      ])
      return await connectCarillon(parseConfig(env))
    },
    now: () => new Date(),
  }
}

/** Aborts at the first Ctrl-C; a second one ends the process at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}
