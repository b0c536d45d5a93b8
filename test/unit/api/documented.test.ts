import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import { signInRoutes } from '../../../src/api/auth/sign-in.js'
import { calendarFeed } from '../../../src/api/calendar-feed.js'
import type { EventHub } from '../../../src/api/events/hub.js'
import { eventRoutes } from '../../../src/api/events/routes.js'
import { describedRoutes } from '../../../src/api/v1/described.js'
import { openApiDocument } from '../../../src/api/v1/openapi.js'
import { problemKinds } from '../../../src/api/v1/problems.js'
import { createLogger } from '../../../src/logging.js'
import { projectRoot } from '../../../src/stack/project-root.js'
import { openDatabase } from '../../../src/store/database.js'

const never = () => Promise.reject(new Error('nobody asks for it'))
const database = openDatabase('postgres://nobody@127.0.0.1:1/none')
const live = new Hono()
  .route(
    '/',
    eventRoutes({ hub: undefined as unknown as EventHub, viewerOf: never, pairingViewerOf: never }).routes,
  )
  .route('/', calendarFeed({ database, authenticate: never }))
const app = createApi({
  cronSecret: undefined,
  reconcile: never,
  logger: createLogger('silent'),
  live,
  signIn: signInRoutes({ database, addressOf: () => undefined }),
  v1: { authenticate: never, clientOf: never as never, examine: never, repetitions: never },
})
const document = openApiDocument(describedRoutes)

test('the OpenAPI document has every route that there is under /v1, and no other', () => {
  const there = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/') && path !== '/v1/openapi.json')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect([...new Set(there)].toSorted()).toEqual(described.toSorted())
})

test('what they are asked with is one of the schemes of the document', () => {
  const schemes = Object.keys(document.components.securitySchemes)
  for (const { security } of describedRoutes)
    for (const one of security ?? []) for (const name of Object.keys(one)) expect(schemes).toContain(name)
  const securityOf = (path: string, method: string) => document.paths[path]?.[method]?.security
  expect(securityOf('/v1/sign-in', 'post')).toEqual([])
  expect(securityOf('/v1/events', 'get')).toEqual([{ token: [] }, { browser: [] }])
  expect(securityOf('/v1/reminders', 'get')).toBeUndefined()
})

test('streams and the feed are described by their own types', () => {
  const contentOf = (path: string) =>
    Object.keys(document.paths[path]?.['get']?.responses['200']?.content ?? {})
  expect(contentOf('/v1/events')).toEqual(['text/event-stream'])
  expect(contentOf('/v1/runs/{run}/events')).toEqual(['text/event-stream'])
  expect(contentOf('/v1/calendar.ics')).toEqual(['text/calendar'])
  expect(document.paths['/v1/calendar.ics']?.['get']?.responses['304']?.content).toBeUndefined()
})

test('/docs shows all of them', async () => {
  const html = await (await app.request('/docs')).text()
  for (const { id, path } of describedRoutes) {
    expect(html).toContain(`id="${id}"`)
    expect(html).toContain(`/v1${path}`)
  }
})

describe('docs/api.md', () => {
  const page = readFileSync(join(projectRoot(), 'docs/api.md'), 'utf8')
  const rows = [...page.matchAll(/^\| (\d{3}) +\| (`[^|]+`) +\|/gm)].flatMap(([, status, codes = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']) => `${status} ${code}`),
  )

  test('has each code of an error once, with its status', () => {
    const kinds = Object.entries(problemKinds).map(([code, { status }]) => `${status} ${code}`)
    expect(rows.toSorted()).toEqual(kinds.toSorted())
  })
})
