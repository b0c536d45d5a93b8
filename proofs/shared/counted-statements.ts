/**
 * Preloaded into the worker: counts its statements by their text, `begin` and `commit` included, where Node's inspector
 * finds them.
 */
import { Client } from 'pg'

const counts: { [text: string]: number } = {}
Reflect.set(globalThis, 'countedStatements', counts)

function textOf(asked: unknown): string {
  if (typeof asked === 'string') return asked
  if (typeof asked === 'object' && asked !== null && 'text' in asked) return String(asked.text)
  return ''
}

const query = Reflect.get(Client.prototype, 'query') as (...asked: unknown[]) => unknown
const counted = new Proxy(query, {
  apply(target, client: object, asked: unknown[]) {
    const text = textOf(asked[0]).replaceAll(/\s+/g, ' ').trim()
    counts[text] = (counts[text] ?? 0) + 1
    return Reflect.apply(target, client, asked)
  },
})
Reflect.set(Client.prototype, 'query', counted)
