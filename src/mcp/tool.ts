import type { CallToolResult, Tool as ListedTool, ToolAnnotations } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { bodyOf } from '../api/v1/read.js'
import type { BodySpec, Sendable } from '../api/v1/route.js'
import type { Needs } from '../client/allowed.js'
import type { CarillonClient } from '../client/client.js'

/** What a tool does to what there is. A host asks a person by it, so all of it is said. */
export const reads = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} satisfies ToolAnnotations
/** It may be taken back, or is the only one of its kind; to do it twice is to do it once. Messages depend on it. */
export const changes = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} satisfies ToolAnnotations
/** What it takes away is gone. */
export const destroys = { ...changes, destructiveHint: true } satisfies ToolAnnotations

type Spec<Input, Answer, Got> = {
  name: string
  /** For people, in a host's list of tools. */
  title: string
  description: string
  /** Of the function of the client that it uses. */
  needs: Needs
  annotations: ToolAnnotations
  input: BodySpec<Input>
  answer: Answer
  act: (client: CarillonClient, input: Input) => Promise<Got>
  /** What matters of the answer, in few words: some hosts show their model nothing else. */
  text: (got: Got) => string
}

export type Tool = {
  needs: Needs
  /** As `tools/list` has it. */
  listed: ListedTool
  /** @throws what the client does */
  call: (client: CarillonClient, given: Record<string, unknown>) => Promise<CallToolResult>
}

/** One thing that an assistant can do. The compiler holds what it answers against the schema of that. */
export function tool<Input, Answer extends z.ZodType, Got extends Sendable<z.input<Answer>>>({
  name,
  title,
  description,
  needs,
  annotations,
  input,
  answer,
  act,
  text,
}: Spec<Input, Answer, Got>): Tool {
  return {
    needs,
    listed: {
      name,
      title,
      description,
      inputSchema: selfContained(input.schema),
      outputSchema: selfContained(answer),
      annotations: { title, ...annotations },
    },
    call: async (client, given) => {
      const got = await act(client, bodyOf(input, given) as Input)
      return {
        content: [{ type: 'text', text: text(got) }],
        structuredContent: JSON.parse(JSON.stringify(got)) as Record<string, unknown>,
      }
    },
  }
}

/** JSON Schema of an object that needs no other document: what it refers to is in its own `$defs`. */
function selfContained(schema: z.ZodType): ListedTool['inputSchema'] {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The form of an instant is said by its name; spelled out, it would be half of all there is to read.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
    },
  })
  const { $ref, $defs = {}, ...rest } = json
  const own = $ref?.split('/').at(-1) ?? ''
  const others = Object.fromEntries(Object.entries($defs).filter(([name]) => name !== own))
  return {
    // Hosts expect it at the root, also where that is one of several.
    ...($defs[own] ?? rest),
    type: 'object',
    ...(Object.keys(others).length > 0 && { $defs: others }),
  } as ListedTool['inputSchema']
}
