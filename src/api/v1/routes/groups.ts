import { z } from 'zod'
import { groupsWithName } from '../../../domain/groups.js'
import { groupsAnswer, groupsReadAnswer } from '../answers/groups.js'
import { ok, route, type Route } from '../route.js'

const tag = 'Groups'
export const groupSearch = z
  .string()
  .meta({ description: 'Only those with this in their name, in any case.' })

export const groupRoutes: Route[] = [
  route({
    id: 'listGroups',
    method: 'get',
    path: '/accounts/{account}/groups',
    tag,
    summary: 'The groups that the account is in, by name',
    role: 'viewer',
    query: z.object({ search: groupSearch.optional() }),
    statuses: { 200: 'As of when it last looked.' },
    answer: groupsAnswer,
    handle: async ({ client, params, query }) => {
      const groups = await client.groups.list(params.account)
      return ok({ account: params.account, groups: groupsWithName(groups, query.search ?? '') })
    },
  }),
  route({
    id: 'refreshGroups',
    method: 'post',
    path: '/accounts/{account}/groups/refresh',
    tag,
    summary: 'Read the groups from WhatsApp anew, now',
    role: 'editor',
    repetition: 'harmless',
    timeLimitMs: 200_000,
    statuses: { 200: 'As they are now.' },
    answer: groupsAnswer,
    errors: ['account_not_ready'],
    handle: async ({ client, params }) =>
      ok({ account: params.account, groups: await client.groups.refresh(params.account) }),
  }),
  route({
    id: 'showGroupsRead',
    method: 'get',
    path: '/accounts/{account}/groups/read',
    tag,
    summary: 'How the groups were read as a whole',
    role: 'viewer',
    statuses: { 200: 'When, and why not, where they could not be.' },
    answer: groupsReadAnswer,
    handle: async ({ client, params }) => ok(await client.groups.read(params.account)),
  }),
]
