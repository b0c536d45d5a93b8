/**
 * Preloaded into the worker: counts the statements of the transaction that prepares a run, `begin` and `commit`
 * included, and says the number in one line of stdout.
 */
import pg from 'pg'

const open = new WeakMap<pg.Client, { statements: number; prepares: boolean }>()
const query = pg.Client.prototype.query

function textOf(asked: unknown): string {
  if (typeof asked === 'string') return asked
  if (typeof asked === 'object' && asked !== null && 'text' in asked) return String(asked.text)
  return ''
}

function note(client: pg.Client, text: string): void {
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

pg.Client.prototype.query = function counted(this: pg.Client, ...asked: unknown[]) {
  note(this, textOf(asked[0]))
  return Reflect.apply(query, this, asked) as unknown
} as typeof query
