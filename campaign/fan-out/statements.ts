/** Preloaded into the worker: says in one line of stdout how many statements have prepared a run. */
import { Client } from 'pg'

const open = new WeakMap<object, { statements: number; prepares: boolean }>()

function textOf(asked: unknown): string {
  if (typeof asked === 'string') return asked
  if (typeof asked === 'object' && asked !== null && 'text' in asked) return String(asked.text)
  return ''
}

function note(client: object, text: string): void {
  if (text === 'begin') open.set(client, { statements: 0, prepares: false })
  const transaction = open.get(client)
  if (!transaction) return
  transaction.statements += 1
  if (text.includes('insert into target ')) transaction.prepares = true
  if (text !== 'commit' && text !== 'rollback') return
  open.delete(client)
  const { statements, prepares } = transaction
  if (prepares) process.stdout.write(`${JSON.stringify({ msg: 'run prepared', statements })}\n`)
}

const query = Reflect.get(Client.prototype, 'query') as (...asked: unknown[]) => unknown
const counted = new Proxy(query, {
  apply(target, client: object, asked: unknown[]) {
    note(client, textOf(asked[0]))
    return Reflect.apply(target, client, asked)
  },
})
Reflect.set(Client.prototype, 'query', counted)
