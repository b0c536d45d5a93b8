import { randomUUID } from 'node:crypto'
import { McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { version } from '../api/version.js'
import { isAllowed, requireAllowed } from '../client/allowed.js'
import type { CarillonClient } from '../client/client.js'
import type { Access } from '../domain/access.js'
import { failureResult } from './failure.js'
import { instructions } from './instructions.js'
import { allTools } from './tools/all.js'

export type Serving = {
  /** What acts, asked for at each call: what it needs may not have been there before. */
  client: () => Promise<CarillonClient>
  /** Of the token; none is the engineer's own client, which may do all. */
  access?: Access
  /** Under which a failure is logged; each call has its own when not given. */
  requestId?: string
  /** How a call is run: within a time, or a trace. */
  run?: <Result>(tool: string, work: () => Promise<Result>) => Promise<Result>
  /** What is none of our errors: the assistant is told the id alone. */
  onFailure: (failure: { error: unknown; tool: string; requestId: string }) => void
}

const byName = new Map(allTools.map((tool) => [tool.listed.name, tool]))

/**
 * What an assistant has of Carillon, for one connection or one request: the tools that its token allows. It keeps nothing
 * between calls, so any process can answer the next one.
 */
export function createMcpServer({
  client,
  access,
  requestId,
  run = async (_tool, work) => await work(),
  onFailure,
}: Serving): McpServer {
  const mcp = new McpServer(
    { name: 'carillon', title: 'Carillon', version },
    { capabilities: { tools: { listChanged: false } }, instructions },
  )
  const usable = allTools.filter(({ needs }) => access === undefined || isAllowed(access, needs))

  // Its own handlers check what is given by themselves, and tell it in other words than the client.
  mcp.server.setRequestHandler('tools/list', () => ({ tools: usable.map(({ listed }) => listed) }))
  mcp.server.setRequestHandler('tools/call', async ({ params: { name, arguments: given = {} } }) => {
    const tool = byName.get(name)
    if (tool === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool '${name}': \`tools/list\` has all.`,
      )
    try {
      if (access !== undefined) requireAllowed(access, tool.needs)
      return await run(name, async () => await tool.call(await client(), given))
    } catch (error) {
      const id = requestId ?? randomUUID()
      const { result, isOurs } = failureResult(error, id)
      if (!isOurs) onFailure({ error, tool: name, requestId: id })
      return result
    }
  })
  return mcp
}
