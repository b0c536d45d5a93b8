import { describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import type { Caller } from '../../../src/api/caller.js'
import { mcpRoutes } from '../../../src/api/mcp.js'
import { roles, type Role } from '../../../src/domain/access.js'
import { createLogger } from '../../../src/logging.js'

const neverAsked = () => {
  throw new Error('it came to the client')
}
const logger = createLogger('silent')

/** Whoever is asked for is the role that the token names; what comes to the client has gone too far. */
const { routes } = mcpRoutes({
  authenticate: async (request): Promise<Caller | undefined> => {
    const role = (request.headers.get('authorization') ?? request.headers.get('cookie') ?? '').split(' ')[1]
    if (!roles.includes(role as Role)) return undefined
    return { operatorId: 'school', tokenId: 'token', name: 'test', role: role as Role }
  },
  clientOf: neverAsked,
  logger,
})
const app = createApi({ cronSecret: undefined, reconcile: neverAsked, logger, mcp: routes })

const message = (method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
const listTools = message('tools/list')

async function post(
  body: string,
  { role = 'editor', headers = {} }: { role?: string; headers?: Record<string, string> } = {},
) {
  return await app.request('/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(role !== '' && { authorization: `Bearer ${role}` }),
      ...headers,
    },
    body,
  })
}

test('a token in the header opens it, and nothing else does', async () => {
  for (const given of [
    { role: '' },
    { role: 'nobody' },
    { role: '', headers: { authorization: 'Basic editor' } },
    { role: '', headers: { cookie: 'carillon= editor' } },
  ]) {
    const answer = await post(listTools, given)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="carillon"')
    expect(await answer.json()).toMatchObject({ code: 'unauthorized' })
  }
  expect((await post(listTools, { role: 'calendar' })).status).toBe(403)
  const answer = await post(listTools)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await answer.text()).toContain('create_reminder')
})

test.each(['http://evil.example', 'http://localhost', 'null'])(
  'it is not for pages, by whatever name they reach it: Origin %s',
  async (origin) => {
    const answer = await post(listTools, { headers: { origin } })
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('create_reminder')
  },
)

test('it takes JSON alone, and no more of it than any route', async () => {
  const large = message('tools/list', { x: 'Pelican'.repeat(50_000) })
  expect((await post(large)).status).toBe(413)
  const broken = await post('{"Pelican')
  expect(broken.status).toBe(400)
  expect(await broken.text()).not.toContain('Pelican')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await post(listTools, { headers: form })).status).toBe(415)
})

describe('it holds nothing between two requests', () => {
  test('no session', async () => {
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const answer = await app.request('/mcp', { method, headers: { authorization: 'Bearer editor' } })
      expect([method, answer.status]).toEqual([method, 405])
    }
    expect((await post(listTools)).headers.get('mcp-session-id')).toBeNull()
  })

  test('no stream: who subscribes is told that there is nothing to hear of, and it ends', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' }
    const params = {
      notifications: { toolsListChanged: true },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      },
    }
    const answer = await post(message('subscriptions/listen', params), { headers })
    const text = await answer.text()
    expect(text).toContain('notifications/subscriptions/acknowledged')
    expect(text).not.toContain('toolsListChanged')
  })
})

test('a failure of ours tells the id of the request, and nothing else of itself', async () => {
  const answer = await post(message('tools/call', { name: 'list_accounts', arguments: {} }))
  const text = await answer.text()
  expect(text).toContain(answer.headers.get('x-request-id'))
  expect(text).not.toContain('the client')
})
