import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test, vi } from 'vitest'
import type { CarillonClient } from '../../../src/client/client.js'
import type { Access, Role } from '../../../src/domain/access.js'
import { createMcpServer, type Serving } from '../../../src/mcp/server.js'
import { allTools } from '../../../src/mcp/tools/all.js'

const neverAsked = async (): Promise<CarillonClient> => {
  throw new Error('the secret word is Pelican')
}

/** An assistant that is connected to the tools, in this process. */
async function connected(serving: Partial<Serving> = {}) {
  const onFailure = vi.fn<Serving['onFailure']>()
  const server = createMcpServer({ client: neverAsked, onFailure, ...serving })
  const client = new Client({ name: 'test', version: '1' })
  const [near, far] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  return { client, onFailure }
}

const holder = (role: Role, more: Partial<Access> = {}): Access => ({
  operatorId: 'school',
  name: 'assistant',
  role,
  ...more,
})

const listed = allTools.map((tool) => [tool.listed.name, tool] as const)

describe('each tool', () => {
  test.each(listed)(
    '%s stands for itself: its schemas are of objects, and refer to nothing else',
    (_name, tool) => {
      const ajv = new Ajv2020({ strict: false })
      formats.default(ajv)
      for (const schema of [tool.listed.inputSchema, tool.listed.outputSchema ?? {}]) {
        expect(schema.type).toBe('object')
        expect(() => ajv.compile(schema as object)).not.toThrow()
      }
      expect(tool.listed.inputSchema).toMatchObject({ additionalProperties: false })
    },
  )

  test.each(listed)('%s says what it does, in general and of each field', (_name, { listed }) => {
    expect(listed.title).toBeTruthy()
    expect(listed.description).toBeTruthy()
    const { properties = {} } = listed.inputSchema as {
      properties?: Record<string, { description?: string }>
    }
    for (const [field, { description }] of Object.entries(properties))
      expect([field, description]).toEqual([field, expect.stringMatching(/./)])
  })

  test.each(listed)('%s tells hosts truly what it may do', (name, { needs, listed: { annotations } }) => {
    expect(annotations).toEqual({
      title: expect.any(String),
      readOnlyHint: needs === 'viewer',
      destructiveHint: /^(edit|skip|cancel|delete)_/.test(name),
      idempotentHint: true,
      openWorldHint: needs !== 'viewer',
    })
  })

  test.each(listed.filter(([, { listed }]) => listed.annotations?.destructiveHint === true))(
    '%s takes the exact name of what it takes away, and never a search or the latest',
    (_name, { listed }) => {
      const { required = [], properties = {} } = listed.inputSchema
      expect(required.filter((field) => field === 'key' || field === 'run')).toHaveLength(1)
      expect(Object.keys(properties)).not.toEqual(expect.arrayContaining(['search']))
    },
  )

  test('has a name of its own', () => {
    expect(new Set(listed.map(([name]) => name)).size).toBe(listed.length)
  })
})

describe('what a token allows', () => {
  const names = (some: typeof listed) => some.map(([name]) => name)
  const reading = names(listed.filter(([, { needs }]) => needs === 'viewer'))

  test.each([
    ['calendar', holder('calendar'), []],
    ['viewer', holder('viewer'), reading],
    ['viewer of some accounts', holder('viewer', { accounts: ['office'] }), reading],
    ['editor', holder('editor'), names(listed)],
    ['owner', holder('owner'), names(listed)],
    ['the engineer', undefined, names(listed)],
  ])('is what is listed: %s', async (_who, access, expected) => {
    const { client } = await connected(access && { access })
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(expected)
    expect(reading).toEqual(expect.arrayContaining(['preview_reminder', 'list_reminders', 'run_progress']))
  })

  test.each(listed.filter(([, { needs }]) => needs !== 'viewer'))(
    'is asked before anything is looked at: a viewer who calls %s is told which role it takes',
    async (name) => {
      const { client, onFailure } = await connected({ access: holder('viewer') })
      const answer = await client.callTool({ name, arguments: { key: 'x' } })
      expect(answer.isError).toBe(true)
      expect(textsOf(answer)).toEqual([
        'This token is of the role viewer, and that takes the role editor. Use another token.',
        expect.stringContaining('"code":"forbidden"'),
      ])
      expect(onFailure).not.toHaveBeenCalled()
    },
  )
})

describe('what cannot be done', () => {
  const nobody = {} as CarillonClient

  test('is told by field, with what was given and what was expected', async () => {
    const { client } = await connected({ client: async () => nobody })
    const answer = await client.callTool({
      name: 'pause_reminder',
      arguments: { key: 5, timeoutMs: 1.5, reason: 7, colour: 'red' },
    })
    expect(answer.isError).toBe(true)
    const [, json = ''] = textsOf(answer)
    expect(JSON.parse(json)).toMatchObject({
      code: 'invalid',
      issues: [
        { field: 'reason', got: 'a number', expected: 'expected text' },
        { field: 'timeoutMs', got: '1.5', expected: 'expected a whole number from 0 to 55000' },
        { field: 'key', got: '5', expected: 'expected the key of a reminder' },
        { field: 'colour', expected: 'unknown field' },
      ],
    })
  })

  test('without a preview is told so, and so is a create without a key', async () => {
    const { client } = await connected({ client: async () => nobody })
    const answer = await client.callTool({ name: 'create_reminder', arguments: { text: 'Pelican' } })
    const [text = ''] = textsOf(answer)
    expect(text).toContain('key: expected the key of a reminder')
    expect(text).toContain('preview them first, and show the person what it says')
    expect(text).not.toContain('Pelican')
  })

  test('for a reason of ours is told by an id, which is in the log with the rest', async () => {
    const { client, onFailure } = await connected({ requestId: 'the-id-of-the-request' })
    const answer = await client.callTool({ name: 'list_accounts', arguments: {} })
    expect(answer.isError).toBe(true)
    expect(JSON.stringify(answer)).toContain('the-id-of-the-request')
    expect(JSON.stringify(answer)).not.toMatch(/Pelican|\.ts|\.js/)
    expect(onFailure).toHaveBeenCalledExactlyOnceWith({
      error: expect.any(Error),
      tool: 'list_accounts',
      requestId: 'the-id-of-the-request',
    })
  })

  test('since there is no such tool is an error of the protocol', async () => {
    const { client } = await connected()
    for (const name of ['nothing', 'constructor', '__proto__'])
      await expect(client.callTool({ name, arguments: {} })).rejects.toThrow('There is no tool')
  })
})

function textsOf(answer: { content: { type: string; text?: string }[] }): string[] {
  return answer.content.map(({ text = '' }) => text)
}
