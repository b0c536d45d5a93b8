import type { HttpAnswer } from '../shared/ask.js'
import { newReminder, type ApiScene } from './scene.js'

export const kinds = ['create', 'list', 'show', 'progress'] as const
export type Kind = (typeof kinds)[number]

/** What is asked at a time: one kind, or all of them. */
export type Load = Kind | 'mix'
export const loads: readonly Load[] = [...kinds, 'mix']

/** A console and a few programs: they look more often than they create. */
const mix: readonly Kind[] = [
  'create',
  ...(['list', 'list', 'list'] as const),
  ...(['show', 'show', 'show', 'show'] as const),
  ...(['progress', 'progress'] as const),
]

export type Request = {
  kind: Kind
  method: 'GET' | 'POST'
  path: string
  body?: unknown
  /** Why the answer is not right. */
  wrongIn: (answer: HttpAnswer) => string | undefined
}

/** The requests of one client, one after the other. */
export function requestsOf(
  { keys, runs }: ApiScene,
  {
    load,
    name,
    first,
  }: { load: Load; /** Of this client in this turn: keys are made of it. */ name: string; first: number },
): () => Request {
  let count = first
  let cursor: string | undefined
  const some = (values: readonly string[]) => values[Math.floor(Math.random() * values.length)] ?? ''
  const make: Record<Kind, () => Request> = {
    create: () => {
      const key = `${name}-${count}`
      return {
        kind: 'create',
        method: 'POST',
        path: '/v1/reminders',
        body: newReminder(key, count),
        wrongIn: wrongUnless(201, (answer) => answer['kind'] === 'created' && answer['key'] === key),
      }
    },
    list: () => ({
      kind: 'list',
      method: 'GET',
      path: `/v1/reminders?limit=50${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      wrongIn: wrongUnless(200, ({ items, next }) => {
        cursor = typeof next === 'string' ? next : undefined
        return Array.isArray(items) && (items.length === 50 || next === undefined)
      }),
    }),
    show: () => {
      const key = some(keys)
      return {
        kind: 'show',
        method: 'GET',
        path: `/v1/reminders/${key}`,
        wrongIn: wrongUnless(200, (answer) => answer['key'] === key),
      }
    },
    progress: () => {
      const run = some(runs)
      return {
        kind: 'progress',
        method: 'GET',
        path: `/v1/runs/${encodeURIComponent(run)}/progress`,
        wrongIn: wrongUnless(200, (answer) => (answer['run'] as { id: string }).id === run),
      }
    },
  }
  return () => {
    count += 1
    return make[load === 'mix' ? (mix[count % mix.length] ?? 'show') : load]()
  }
}

type Body = Record<string, unknown>

function wrongUnless(
  wanted: number,
  isRight: (body: Body) => boolean,
): (answer: HttpAnswer) => string | undefined {
  return ({ status, text }) => {
    if (status === wanted && isRight(JSON.parse(text) as Body)) return undefined
    return `${status} ${text.slice(0, 300)}`
  }
}

/** The same of a bare server, which answers each kind with one body. */
export function echoed({ kind, method, body }: Request): Request {
  return {
    kind,
    method,
    path: `/${kind}`,
    ...(body !== undefined && { body }),
    wrongIn: wrongUnless(kind === 'create' ? 201 : 200, () => true),
  }
}
