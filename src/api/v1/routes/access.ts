import { z } from 'zod'
import { newTokenInput, requestFields } from '../../../client/input/schema/requests.js'
import type { NewTokenInput } from '../../../client/operators/tokens.js'
import { pageFields, stateOf } from '../../../client/paging.js'
import { auditAreaNames } from '../../../domain/audit-areas.js'
import { onlyGiven } from '../acting.js'
import { auditAnswer, newTokenAnswer, revokedTokenAnswer, tokensAnswer } from '../answers/access.js'
import { chainAnswer, receiptsAnswer, verificationAnswer } from '../answers/receipts.js'
import { checked, ok, reply, route, written, type Route } from '../route.js'

const tag = 'Access'

export const accessRoutes: Route[] = [
  route({
    id: 'listTokens',
    method: 'get',
    path: '/tokens',
    tag,
    summary: 'The tokens, the newest first; also those that are revoked or have expired',
    role: 'owner',
    query: z.object(pageFields),
    statuses: { 200: 'A page of them.' },
    answer: tokensAnswer,
    handle: async ({ client, query }) => ok(await client.tokens.list(onlyGiven(query))),
  }),
  route({
    id: 'createToken',
    method: 'post',
    path: '/tokens',
    tag,
    summary: 'Make a token',
    description: 'It is shown this once, and to who sends the same request again.',
    role: 'owner',
    body: written<NewTokenInput>(newTokenInput),
    repetition: 'row',
    statuses: { 201: 'The token, and what of it is secret.' },
    answer: newTokenAnswer,
    errors: ['conflict'],
    handle: async ({ client, body, operationId }) =>
      reply(201, await client.tokens.create(body, { requestId: operationId }), {
        'Cache-Control': 'no-store',
      }),
  }),
  route({
    id: 'revokeToken',
    method: 'post',
    path: '/tokens/{token}/revoke',
    tag,
    summary: 'Refuse a token from now on, and sign out the browsers that signed in with it',
    role: 'owner',
    body: checked(z.strictObject({ reason: requestFields.reason }), { optional: true }),
    repetition: 'row',
    statuses: { 200: 'The token.' },
    answer: revokedTokenAnswer,
    errors: ['not_found'],
    handle: async ({ client, params, body, operationId }) => {
      const { already, ...token } = await client.tokens.revoke(params.token, {
        ...onlyGiven(body ?? {}),
        requestId: operationId,
      })
      return ok({ token, ...(already && { already }) })
    },
  }),
  route({
    id: 'listAudit',
    method: 'get',
    path: '/audit',
    tag,
    summary: 'Who asked for what, when and why, the latest first',
    role: 'viewer',
    query: z.object({
      area: z
        .array(stateOf(auditAreaNames))
        .optional()
        .meta({ description: 'Only what is about one of these.' }),
      by: z.string().optional().meta({
        description: 'Only what this one asked for: as `by` of an entry has it.',
        example: 'local/school-office',
      }),
      ...pageFields,
    }),
    statuses: { 200: 'A page of it.' },
    answer: auditAnswer,
    handle: async ({ client, query: { area, ...query } }) =>
      ok(await client.audit.list({ ...onlyGiven(query), ...(area !== undefined && { areas: area }) })),
  }),
  route({
    id: 'showChain',
    method: 'get',
    path: '/audit/chain',
    tag,
    summary:
      'How far the chain of receipts goes: its signed end, which shows later that nothing was taken out',
    role: 'viewer',
    statuses: { 200: 'Its end, and up to where it was cut.' },
    answer: chainAnswer,
    handle: async ({ client }) => ok(await client.audit.chain()),
  }),
  route({
    id: 'listReceipts',
    method: 'get',
    path: '/audit/receipts',
    tag,
    summary: 'The rows of the chain, in order: receipts of runs, and what operators asked for',
    role: 'viewer',
    query: z.object({
      after: z
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .optional()
        .meta({ description: 'The last row of the page before; from the first when not given.' }),
    }),
    statuses: { 200: 'Some of them; none where there are no more.' },
    answer: receiptsAnswer,
    handle: async ({ client, query: { after = 0 } }) => ok({ items: await client.audit.receipts({ after }) }),
  }),
  route({
    id: 'verifyChain',
    method: 'get',
    path: '/audit/verification',
    tag,
    summary: 'Walk a part of the chain, and compare it with the audit and the ledger as they are now',
    description:
      'The next part is asked for with `next`, until there is none. Who does not believe this server verifies what `GET /v1/audit/receipts` has.',
    role: 'viewer',
    query: z.object({
      after: z.string().optional().meta({ description: 'The `next` of the part before.' }),
    }),
    statuses: { 200: 'What was found in it.' },
    answer: verificationAnswer,
    handle: async ({ client, query }) => ok(await client.audit.verify(onlyGiven(query))),
  }),
]
