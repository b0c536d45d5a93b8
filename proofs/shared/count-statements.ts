import { inspect } from '../soak/inspector.js'

/** How often each statement was made, by its text. */
export type StatementCounts = { [text: string]: number }

/** By a worker that has `counted-statements` preloaded, since it was started. */
export async function countStatements(inspectorPort: number): Promise<StatementCounts> {
  const inspector = await inspect(inspectorPort)
  try {
    return await inspector.evaluate<StatementCounts>('countedStatements')
  } finally {
    inspector.close()
  }
}

export function statementsSince(before: StatementCounts, after: StatementCounts): StatementCounts {
  return Object.fromEntries(
    Object.entries(after)
      .map(([statement, times]): [string, number] => [statement, times - (before[statement] ?? 0)])
      .filter(([, times]) => times > 0),
  )
}

export function totalOf(counts: StatementCounts): number {
  return Object.values(counts).reduce((sum, times) => sum + times, 0)
}
