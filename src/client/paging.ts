import { z } from 'zod'
import { decodeCursor, type CursorKind } from '../store/page.js'
import { InputError, type InputIssue } from './errors.js'
import { describeValue, didYouMean } from './input/issues.js'
import { wholeNumber } from './input/schema/values.js'
import { say } from '../domain/sentences/say.js'

export const defaultLimit = 50
/** So far a list is counted, and may its beginning be left out: each of them is an entry of an index. */
export const mostCounted = 20_000

/** For lists of which any page can be asked for. */
export const skipField = wholeNumber(0, mostCounted)
  .optional()
  .meta({ description: 'Leave out so many of the first, in place of a `cursor`.' })

/** What every list takes. */
export const pageFields = {
  limit: wholeNumber(1, 500)
    .optional()
    .meta({ description: `At most so many; ${defaultLimit} when not given.` }),
  cursor: z.string().optional().meta({ description: 'The `next` of the page before.' }),
}

/** One of the states of what is listed, or of the orders that it has. */
export function stateOf<State extends string>(states: readonly State[]) {
  return z.enum(states, {
    error: ({ input }) =>
      `expected one of ${states.join(', ')}${typeof input === 'string' ? didYouMean(input, states) : ''}`,
  })
}

export type ListQuery<State extends string, Order extends string = never> = {
  /** Only those in one of these states. */
  states?: readonly State[]
  /** The first of the orders when not given. */
  sort?: Order
  /** 1 to 500; 50 when not given. */
  limit?: number
  /** `next` of the page before. */
  cursor?: string
  /** In place of it: so many of the first are left out, at most 20,000. Not of all lists. */
  skip?: number
}

/** @throws InputError */
export function readListQuery<State extends string, Order extends string = never>(
  query: ListQuery<State, Order>,
  {
    states,
    orders = [],
    cursorOf,
  }: {
    states: readonly State[]
    orders?: readonly Order[]
    /** The sort key. */
    cursorOf: readonly CursorKind[]
  },
): { limit: number; states?: readonly State[]; sort?: Order; cursor?: string[]; skip?: number } {
  const limit = query.limit ?? defaultLimit
  const state = stateOf(states)
  const issues: InputIssue[] = [
    ...issuesOf('limit', pageFields.limit, limit),
    ...issuesOf('skip', skipField, query.skip),
    ...(query.states ?? []).flatMap((one) => issuesOf('state', state, one)),
    ...(query.sort === undefined ? [] : issuesOf('sort', stateOf(orders), query.sort)),
  ]
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, cursorOf)
  if (query.cursor !== undefined && cursor === undefined)
    issues.push({ field: 'cursor', expected: say('pageNext') })
  if (issues.length > 0) throw new InputError(issues)
  const wanted = query.states === undefined || query.states.length === 0 ? {} : { states: query.states }
  return {
    limit,
    ...wanted,
    ...(query.sort && { sort: query.sort }),
    ...(cursor && { cursor }),
    ...(query.skip !== undefined && { skip: query.skip }),
  }
}

function issuesOf(field: string, schema: z.ZodType, value: unknown): InputIssue[] {
  const issues = schema.safeParse(value).error?.issues ?? []
  return issues.slice(0, 1).map(({ message }) => ({ field, got: describeValue(value), expected: message }))
}
