import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApiDocument, type Operation, type Parameter } from '../../src/api/v1/openapi.js'
import { allRoutes } from '../../src/api/v1/routes/all.js'
import { apiOf, type Answer, type Send } from '../support/api.js'
import { fromSchema } from '../support/from-schema.js'
import { startSystem, type System } from '../support/system.js'

/**
 * Requests made of the OpenAPI document, and some that it does not allow: nothing fails, and each answer is one that the document
 * has for its route. `npx vitest run --project system test/e2e/api-fuzz.test.ts` says how many with FUZZ_RUNS.
 */
const runsEach = Number(process.env['FUZZ_RUNS'] ?? 12)
const document = openApiDocument(allRoutes)
const { schemas } = document.components
const phone = '15550007100'
const jid = '120363000000000001@g.us'

let system: System
let send: Send
let runId: string
let sent = 0

beforeAll(async () => {
  system = await startSystem()
  send = apiOf(system).send
  await system.pairAccount({ id: 'office', phone })
  await system.createGroups({ phone, groups: 1, members: 1 })
  const common = { to: jid, text: 'x', zone: 'UTC' }
  await send('POST', '/v1/reminders', { body: { ...common, key: 'trip', at: '2035-01-01 08:00' } })
  await send('POST', '/v1/reminders', {
    body: { ...common, key: 'weekly', cron: '0 8 * * MON', start: '2035-01-01 08:00' },
  })
  const { body } = await send('POST', '/v1/reminders/weekly/fire')
  runId = (body as { runId: string }).runId
})
afterAll(async () => {
  await system.close()
})

/** What is there, more often than what is not. */
const named: Record<string, () => fc.Arbitrary<string>> = {
  account: () => fc.oneof(fc.constantFrom('office', 'second'), fc.string({ maxLength: 12 })),
  key: () => fc.oneof(fc.constantFrom('trip', 'weekly', 'x/y'), fc.string({ unit: 'binary', maxLength: 12 })),
  run: () => fc.oneof(fc.constant(runId), fc.string({ unit: 'binary', maxLength: 12 })),
  endpoint: () => fc.oneof(fc.uuid(), fc.string({ maxLength: 12 })),
}

function requests(
  path: string,
  operation: Operation,
): fc.Arbitrary<{ path: string; body?: unknown; headers: Record<string, string> }> {
  const inPlace = (place: string) => operation.parameters.filter((one) => one.in === place)
  const valueOf = (one: Parameter) => fromSchema(one.schema, schemas)
  const json = operation.requestBody?.content['application/json']
  return fc
    .record({
      path: fc.record(
        Object.fromEntries(inPlace('path').map(({ name }) => [name, named[name]?.() ?? fc.string()])),
      ),
      query: fc.record(Object.fromEntries(inPlace('query').map((one) => [one.name, valueOf(one)])), {
        requiredKeys: [],
      }),
      body: json === undefined ? fc.constant(undefined) : fromSchema(json.schema, schemas),
      key: fc.option(fc.stringMatching(/^[a-z0-9]{1,3}$/), { nil: undefined, freq: 2 }),
    })
    .map(({ path: names, query, body, key }) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encoded(names[name] ?? '') || 'x')
      const search = new URLSearchParams(
        Object.entries({ ...query, ...('timeoutMs' in query && { timeoutMs: 1 }) }).flatMap(([name, value]) =>
          (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, textOf(one)]),
        ),
      )
      return {
        path: `${filled}?${search.toString()}`,
        ...(body !== undefined && { body: quick(body) }),
        headers: key === undefined ? {} : { 'Idempotency-Key': key },
      }
    })
}

function encoded(name: string): string {
  return encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, ''))
}
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
/** Nobody waits for long for what a worker can't do. */
function quick(body: unknown): unknown {
  const hasTime = body !== null && typeof body === 'object' && 'timeoutMs' in body
  return hasTime ? { ...body, timeoutMs: 1_000 } : body
}

// They end the account that the others need; or wait for what nobody does.
const left = new Set(['removeAccount', 'unlinkAccount'])

describe.each(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => !left.has(operation.operationId))
      .map(([method, operation]) => [operation.operationId, { method, path, operation }] as const),
  ),
)('%s', (_id, { method, path, operation }) => {
  test('answers whatever it is sent', async () => {
    await fc.assert(
      fc.asyncProperty(requests(path, operation), async ({ path, body, headers }) => {
        sent += 1
        const answer: Answer = await send(method.toUpperCase(), path, {
          headers,
          ...(body !== undefined && { body }),
        })
        // A worker that has not acted in the time that was given is told as that.
        if (answer.status !== 504) expect(answer.status, answer.text).toBeLessThan(500)
      }),
      { numRuns: runsEach, endOnFailure: true },
    )
  }, 240_000)
})

test('so many requests', () => expect(sent).toBeGreaterThanOrEqual(runsEach))
