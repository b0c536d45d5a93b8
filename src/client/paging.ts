import { decodeCursor } from '../store/page.js'
import { InputError, type InputIssue } from './errors.js'
import { describeValue, didYouMean } from './input/issues.js'

export const defaultLimit = 50
const maxLimit = 500

export type ListQuery<State extends string> = {
  /** Only those in one of these states. */
  states?: readonly State[]
  /** 1 to 500; 50 when not given. */
  limit?: number
  /** `next` of the page before. */
  cursor?: string
}

/** @throws InputError */
export function readListQuery<State extends string>(
  query: ListQuery<State>,
  { states, cursorLength }: { states: readonly State[]; cursorLength: number },
): { limit: number; states?: readonly State[]; cursor?: string[] } {
  const issues: InputIssue[] = []
  const limit = query.limit ?? defaultLimit
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    issues.push({
      field: 'limit',
      got: describeValue(limit),
      expected: `expected a whole number from 1 to ${maxLimit}`,
    })
  for (const state of query.states ?? [])
    if (!states.includes(state))
      issues.push({
        field: 'state',
        got: describeValue(state),
        expected: `expected one of ${states.join(', ')}${didYouMean(state, states)}`,
      })
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, cursorLength)
  if (query.cursor !== undefined && cursor === undefined)
    issues.push({ field: 'cursor', expected: 'expected the `next` of an earlier page' })
  if (issues.length > 0) throw new InputError(issues)
  const wanted = query.states === undefined || query.states.length === 0 ? {} : { states: query.states }
  return { limit, ...wanted, ...(cursor && { cursor }) }
}
