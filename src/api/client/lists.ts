import type { ListQuery } from '../../client/paging.js'
import type { Request } from './transport.js'

/** The query of a list as the API takes it: `state` for each of the states. */
export function listed<State extends string, Order extends string = never>({
  states,
  account,
  sort,
  limit,
  cursor,
  search,
  skip,
}: ListQuery<State, Order> & { account?: string; search?: string }): NonNullable<Request['query']> {
  return { state: states, account, sort, limit, cursor, search, skip }
}
