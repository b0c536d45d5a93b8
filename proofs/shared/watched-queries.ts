import { Client } from 'pg'

/**
 * Calls `asked` with the text of each statement of this process, `begin` and `commit` included, when it is made. What that
 * returns is called when Postgres has answered it without an error, before anything else has seen the answer.
 */
export function watchQueries(asked: (text: string, client: object) => (() => void) | undefined): void {
  const query = Reflect.get(Client.prototype, 'query') as (...values: unknown[]) => unknown
  const watched = new Proxy(query, {
    apply(target, client: object, values: unknown[]) {
      const answered = asked(textOf(values[0]).replaceAll(/\s+/g, ' ').trim(), client)
      if (!answered) return Reflect.apply(target, client, values)
      const take = values.at(-1)
      if (typeof take === 'function')
        return Reflect.apply(target, client, [
          ...values.slice(0, -1),
          (error: unknown, ...rest: unknown[]) => {
            if (!error) answered()
            Reflect.apply(take, undefined, [error, ...rest])
          },
        ])
      return (Reflect.apply(target, client, values) as Promise<unknown>).then((answer) => {
        answered()
        return answer
      })
    },
  })
  Reflect.set(Client.prototype, 'query', watched)
}

function textOf(asked: unknown): string {
  if (typeof asked === 'string') return asked
  if (typeof asked === 'object' && asked !== null && 'text' in asked) return String(asked.text)
  return ''
}
