import { z } from 'zod'
import { pageFields, stateOf, type ListQuery } from '../../client/paging.js'

/** What every list takes in its query: `?state=paused&state=running&limit=20&cursor=…` */
export function listQuery<const State extends string>(states: readonly State[]) {
  return z.object({
    state: z.array(stateOf(states)).optional().meta({ description: 'Only those in one of these states.' }),
    ...pageFields,
  })
}

type Given<State> = { state?: State[] | undefined; limit?: number | undefined; cursor?: string | undefined }

/** The same as the client takes it. */
export function listQueryOf<State extends string>({ state, limit, cursor }: Given<State>): ListQuery<State> {
  return {
    ...(state !== undefined && { states: state }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  }
}
