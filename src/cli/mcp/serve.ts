import { once } from 'node:events'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { CarillonError } from '../../client/errors.js'
import { errorSummary } from '../../error-summary.js'
import { createMcpServer } from '../../mcp/server.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import type { CommandContext } from '../io.js'

/**
 * Until the host closes our stdin, or Ctrl-C. Stdout is the protocol's alone. A host starts this once for all of its day, so
 * Carillon may be started later, and each call says what is missing until then.
 */
export async function serveAssistant(context: CommandContext): Promise<ExitCode> {
  const { io } = context
  const client = async () => await context.client('mcp')
  if (io.isStdinTty) io.err('This waits for an AI assistant on stdin: see docs/mcp.md. Ctrl-C ends it.')
  const handle = serveStdio(
    () =>
      createMcpServer({
        client,
        onFailure: ({ error, ...failure }) =>
          io.err(JSON.stringify({ ...failure, error: errorSummary(error), msg: 'a tool failed' })),
      }),
    {
      // Its messages may quote what was sent.
      onerror: ({ name }) => io.err(`a message of the protocol could not be used (${name})`),
    },
  )
  const isEnded = once(process.stdin, 'end').then(() => exitCodes.ok)
  const isInterrupted = once(io.signal, 'abort').then(() => exitCodes.interrupted)
  const isMisconfigured = client().then(
    async () => await isEnded,
    async (error: unknown) => {
      if (!(error instanceof CarillonError)) throw error
      io.err(error.message)
      return await isEnded
    },
  )
  try {
    return await Promise.race([isEnded, isInterrupted, isMisconfigured])
  } finally {
    await handle.close()
  }
}
