/**
 * Loaded into a worker before anything else: it dies when Postgres has answered the first statement with
 * DIES_AFTER_STATEMENT in it, and before anything of it has seen that answer.
 */
import { Client } from 'pg'

const wanted = process.env.DIES_AFTER_STATEMENT
const query = Reflect.get(Client.prototype, 'query')

Client.prototype.query = function (...asked) {
  const text = typeof asked[0] === 'string' ? asked[0] : asked[0]?.text
  if (typeof text !== 'string' || !text.includes(wanted)) return Reflect.apply(query, this, asked)
  const die = () => process.kill(process.pid, 'SIGKILL')
  const answer = asked.at(-1)
  if (typeof answer === 'function') return Reflect.apply(query, this, [...asked.slice(0, -1), die])
  return Reflect.apply(query, this, asked).then(die)
}
