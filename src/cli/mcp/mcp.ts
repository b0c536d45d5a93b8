import { Command } from 'commander'
import type { Act } from '../io.js'

const help = `
A host starts it and speaks to it; it ends with its input. What to write into the configuration of a host, which tools
there are and what is safe: docs/mcp.md.`

export function mcpCommand(act: Act): Command {
  return new Command('mcp')
    .description('serve an AI assistant on stdin and stdout, by the Model Context Protocol')
    .addHelpText('after', help)
    .action(
      async () =>
        await act(async (context) => {
          const { serveAssistant } = await import('./serve.js')
          return await serveAssistant(context)
        }),
    )
}
