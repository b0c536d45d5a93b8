/**
 * Loaded into a worker before anything else: it dies when Postgres has answered the first statement with
 * DIES_AFTER_STATEMENT in it, and before anything of it has seen that answer. Of one in a transaction: when that is
 * committed.
 */
import { Client } from 'pg'

const wanted = process.env.DIES_AFTER_STATEMENT
const query = Reflect.get(Client.prototype, 'query')
/** By connection: whether the statement was made in the transaction that is open. */
const transactions = new WeakMap()

function isFatal(client, text) {
  const verb = text.trim().toLowerCase()
  if (verb === 'begin') transactions.set(client, false)
  else if (verb === 'commit' || verb === 'rollback') {
    const had = transactions.get(client) === true
    transactions.delete(client)
    return had && verb === 'commit'
  } else if (text.includes(wanted)) {
    if (!transactions.has(client)) return true
    transactions.set(client, true)
  }
  return false
}

Client.prototype.query = function (...asked) {
  const text = typeof asked[0] === 'string' ? asked[0] : asked[0]?.text
  if (typeof text !== 'string' || !isFatal(this, text)) return Reflect.apply(query, this, asked)
  const die = () => process.kill(process.pid, 'SIGKILL')
  const take = asked.at(-1)
  if (typeof take !== 'function') return Reflect.apply(query, this, asked).then(die)
  const answer = (error, ...rest) => (error ? take(error, ...rest) : die())
  return Reflect.apply(query, this, [...asked.slice(0, -1), answer])
}
