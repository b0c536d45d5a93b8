import { z } from 'zod'
import { pageFields, skipField, stateOf, type ListQuery } from '../../client/paging.js'

/** What every list takes in its query: `?state=paused&state=running&limit=20&cursor=…` */
export function listQuery<const State extends string>(states: readonly State[]) {
  return z.object({
    state: z.array(stateOf(states)).optional().meta({ description: 'Only those in one of these states.' }),
    ...pageFields,
  })
}

/** What a list of reminders or runs takes besides. */
export function ordering<const Order extends string>(orders: readonly [Order, ...Order[]]) {
  return {
    account: z.string().optional().meta({ description: 'Only those of this account.' }),
    sort: stateOf(orders)
      .optional()
      .meta({ description: `The order; \`${orders[0]}\` when not given.` }),
  }
}

/** What a list takes of which any page can be asked for, and in which words are searched. */
export function searching(of: string) {
  return {
    search: z
      .string()
      .optional()
      .meta({ description: `Only those that have each of these words in ${of}.` }),
    skip: skipField,
  }
}

type Given<State, Order> = {
  state?: State[] | undefined
  account?: string | undefined
  sort?: Order | undefined
  limit?: number | undefined
  cursor?: string | undefined
  search?: string | undefined
  skip?: number | undefined
}

/** The same as the client takes it. */
export function listQueryOf<State extends string, Order extends string = never>({
  state,
  account,
  sort,
  limit,
  cursor,
  search,
  skip,
}: Given<State, Order>): ListQuery<State, Order> & { account?: string; search?: string } {
  return {
    ...(state !== undefined && { states: state }),
    ...(account !== undefined && { account }),
    ...(sort !== undefined && { sort }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
    ...(search !== undefined && { search }),
    ...(skip !== undefined && { skip }),
  }
}
