import { Agent } from 'node:http'
import { messageOf } from '../../src/stack/errors.js'
import { ask } from '../shared/ask.js'
import type { Kind, Request } from './requests.js'

export type Asked = {
  seconds: number
  /** In ms, from the request to the last byte of the answer. */
  took: Record<Kind, number[]>
  wrong: string[]
}

/** So many clients, each over a connection of its own, ask again as soon as they are answered. */
export async function askFor({
  url,
  token,
  seconds,
  clients,
  signal,
}: {
  url: string
  token: string
  seconds: number
  /** The requests of each client. */
  clients: readonly (() => Request)[]
  signal: AbortSignal
}): Promise<Asked> {
  const took: Record<Kind, number[]> = { create: [], list: [], show: [], progress: [] }
  const wrong: string[] = []
  const headers = { authorization: `Bearer ${token}` }
  const begunMs = performance.now()
  const endsMs = begunMs + 1_000 * seconds
  const client = async (next: () => Request) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      while (performance.now() < endsMs && !signal.aborted) {
        const { kind, method, path, body, wrongIn } = next()
        const askedMs = performance.now()
        const answer = await ask(`${url}${path}`, { method, headers, agent, body })
        took[kind].push(performance.now() - askedMs)
        const why = wrongIn(answer)
        if (why !== undefined) wrong.push(`${method} ${path}: ${why}`)
      }
    } catch (error) {
      wrong.push(`a client gave up: ${messageOf(error)}`)
    } finally {
      agent.destroy()
    }
  }
  await Promise.all(clients.map(client))
  return { seconds: (performance.now() - begunMs) / 1_000, took, wrong }
}
