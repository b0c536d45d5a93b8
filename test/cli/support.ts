import type { ConnectedClient } from '../../src/client/connect.js'
import { runCli } from '../../src/cli/run-cli.js'
import type { Io } from '../../src/cli/io.js'

type Stub = {
  [Part in 'accounts' | 'groups' | 'reminders' | 'runs' | 'webhooks']?: Partial<ConnectedClient[Part]>
}

export type Ran = { exitCode: number; stdout: string; stderr: string; closed: number; connected: number }

/** Runs the CLI against a client that has only what the test gives it. */
export async function run(
  args: string[],
  { client = {}, stdin = '', io = {} }: { client?: Stub; stdin?: string; io?: Partial<Io> } = {},
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  let closed = 0
  let connected = 0
  const exitCode = await runCli(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    terminal: undefined,
    hasColor: false,
    env: {},
    readStdin: async () => stdin,
    isStdinTty: stdin === '',
    signal: new AbortController().signal,
    connect: async () => {
      connected += 1
      return {
        ...client,
        close: async () => {
          closed += 1
        },
      } as unknown as ConnectedClient
    },
    now: () => new Date('2026-11-24T06:00:00Z'),
    ...io,
  })
  return { exitCode, stdout: out.join('\n'), stderr: err.join('\n'), closed, connected }
}
