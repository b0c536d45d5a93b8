import type { ListQuery } from '../../client/paging.js'
import type { Request } from './transport.js'

/** The query of a list as the API takes it: `state` for each of the states. */
export function listed<State extends string>({
  states,
  limit,
  cursor,
}: ListQuery<State>): NonNullable<Request['query']> {
  return { state: states, limit, cursor }
}
