import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { System } from './system.js'

export type Answer = { isError: boolean; text: string; told: Record<string, unknown> }
export type Assistant = {
  client: Client
  /** What a tool answers: `told` is its structured content or, where it failed, what went wrong. */
  call: (name: string, given?: Record<string, unknown>) => Promise<Answer>
  close: () => Promise<void>
}

/** By which revision of the protocol it speaks: the one of today, or those with a handshake. */
export type Era = 'auto' | 'legacy'

/** Over HTTP; with several URLs each request goes to the next of them, as behind a balancer. */
export async function assistantAt(
  urls: readonly string[],
  { token, era = 'auto' }: { token: string; era?: Era },
): Promise<Assistant> {
  let turn = 0
  const transport = new StreamableHTTPClientTransport(new URL('http://balancer/mcp'), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
    fetch: async (_url, init) => await fetch(`${urls[turn++ % urls.length] ?? ''}/mcp`, init),
  })
  return await assistant(transport, era)
}

/** As a host starts `carillon mcp`. */
export async function assistantOnStdio(
  env: Record<string, string>,
  { era = 'auto' }: { era?: Era } = {},
): Promise<Assistant & { stderr: () => string }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['bin/carillon', 'mcp'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'pipe',
  })
  let said = ''
  transport.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return { ...(await assistant(transport, era)), stderr: () => said }
}

export function stdioEnvironment(system: System): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_OPERATOR: system.operator,
    CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
}

async function assistant(
  transport: StreamableHTTPClientTransport | StdioClientTransport,
  era: Era,
): Promise<Assistant> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } })
  await client.connect(transport)
  // From now on it holds each answer against the schema of its tool.
  await client.listTools()
  return {
    client,
    close: async () => await client.close(),
    async call(name, given = {}) {
      const {
        isError = false,
        content,
        structuredContent,
      } = await client.callTool({ name, arguments: given })
      const texts = content.map((one) => (one.type === 'text' ? one.text : ''))
      const told = isError ? (JSON.parse(texts[1] ?? '{}') as object) : structuredContent
      return { isError, text: texts[0] ?? '', told: told as Record<string, unknown> }
    },
  }
}
