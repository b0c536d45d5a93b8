import { readFileSync } from 'node:fs'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import type { Kind } from './requests.js'

/** The framework with nothing behind it: it answers each kind of request with the body that the file has for it. */
const [file = ''] = process.argv.slice(2)
const bodies = JSON.parse(readFileSync(file, 'utf8')) as Record<Kind, object>
const app = new Hono()
app.post('/create', async (context) => {
  await context.req.json()
  return context.json(bodies.create, 201)
})
for (const kind of ['list', 'show', 'progress'] as const)
  app.get(`/${kind}`, (context) => context.json(bodies[kind]))

const server = createAdaptorServer({ fetch: app.fetch, hostname: '127.0.0.1' })
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`listening on ${typeof address === 'object' ? address?.port : ''}\n`)
})
