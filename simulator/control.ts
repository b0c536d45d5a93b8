/** The control API: JSON over HTTP on loopback. Bodies and query strings are checked against the contract. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { z } from 'zod'
import { ControlError, messageOf } from './failure.js'
import { listen, shut } from './listening.js'
import { createRoutes, type Parts, type Routes } from './routes.js'

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ControlError(400, `The body is not JSON: ${messageOf(error)}`)
  }
}

/** "members.0: a phone number …, got "abc"": what is wrong, and with which value. */
const explain = (error: z.ZodError, input: unknown): string =>
  error.issues
    .map(({ code, path, message }) => {
      const value = path.reduce<unknown>(
        (within, key) =>
          typeof within === 'object' && within !== null ? Reflect.get(within, key) : undefined,
        input,
      )
      if (code === 'invalid_type' && value === undefined) return `${path.join('.')} is missing`
      const where = path.length > 0 ? `${path.join('.')}: ` : ''
      return `${where}${message}, got ${JSON.stringify(value) ?? 'nothing'}`
    })
    .join('; ')

export class Control {
  readonly #routes: Routes
  readonly #server: Server
  readonly #warn: (error: unknown) => void
  port = 0

  constructor(parts: Parts & { warn: (error: unknown) => void }) {
    this.#routes = createRoutes(parts)
    this.#warn = parts.warn
    // A client that asks again in the moment in which the server closes an idle connection gets an error.
    const options = { keepAliveTimeout: 600_000 }
    this.#server = createServer(options, (request, response) => void this.#answer(request, response))
  }

  async listen(port: number): Promise<number> {
    this.port = await listen(this.#server, port, 'control')
    return this.port
  }

  close(): Promise<void> {
    return shut(this.#server)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(`${JSON.stringify(body)}\n`)
    }
    try {
      reply(200, (await this.#dispatch(request)) ?? {})
    } catch (error) {
      if (error instanceof ControlError) reply(error.status, { error: error.message })
      else {
        this.#warn(error)
        reply(500, { error: messageOf(error) })
      }
    }
  }

  async #dispatch(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '/', 'http://control')
    const name = `${request.method ?? ''} ${url.pathname}`
    const route = this.#routes[name]
    if (!route)
      throw new ControlError(404, `There is no ${name}; there is: ${Object.keys(this.#routes).join(', ')}`)
    const input = request.method === 'GET' ? Object.fromEntries(url.searchParams) : await bodyOf(request)
    const parsed = route.input.safeParse(input)
    if (!parsed.success) throw new ControlError(400, `${name}: ${explain(parsed.error, input)}`)
    return route.run(parsed.data)
  }
}
