/** Postgres as a session sees it, with what it was asked. */
import { sealedAs, type Queryable } from '../../../src/store/database.js'

export type Counted = {
  database: Queryable
  /** Of each statement that was run since the last call: the rows of keys that it wrote or removed. */
  take(): { statements: number; keysWritten: number }
}

export function counted(database: Queryable): Counted {
  let statements = 0
  let keysWritten = 0
  return {
    database: sealedAs(database, {
      query: ((text: string, values?: unknown[]) => {
        statements += 1
        if (text.includes('insert into auth_key')) {
          const [, , removed, , written] = values as [string, number, string[], string[], string[]]
          keysWritten += removed.length + written.length
        }
        return database.query(text, values)
      }) as Queryable['query'],
    }),
    take() {
      const taken = { statements, keysWritten }
      statements = 0
      keysWritten = 0
      return taken
    },
  }
}
