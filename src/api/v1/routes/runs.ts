import { z } from 'zod'
import { requestInput } from '../../../client/input/schema/requests.js'
import { runSorts, runStates, targetStates } from '../../../domain/states.js'
import { sendStates } from '../../../store/views/progress.js'
import {
  progressAnswer,
  retriedAnswer,
  runConfirmation,
  runDetailsAnswer,
  runsAnswer,
  sendsAnswer,
  sentPerHourAnswer,
  targetsAnswer,
} from '../answers/runs.js'
import { runReceiptAnswer } from '../answers/receipts.js'
import { confirmation, confirmationStatuses, given } from '../acting.js'
import { listQueryOf, listQuery, ordering, searching } from '../lists.js'
import { checked, ok, reply, route, type Route } from '../route.js'

const tag = 'Runs'

const targetQuery = listQuery(targetStates).extend(searching('the name of the group, or the number'))

/** Half of the time between two turns of the job that writes receipts. */
const retryAfterS = '30'

export const runRoutes: Route[] = [
  route({
    id: 'listRuns',
    method: 'get',
    path: '/runs',
    tag,
    summary: 'Runs, by when they were due',
    role: 'viewer',
    query: listQuery(runStates).extend({
      ...ordering(runSorts),
      reminder: z.string().optional().meta({ description: 'Only those of the reminder with this key.' }),
    }),
    statuses: { 200: 'A page of them.' },
    answer: runsAnswer,
    errors: ['not_found'],
    handle: async ({ client, query: { reminder: key, ...query } }) =>
      ok(await client.runs.list({ ...listQueryOf(query), ...(key !== undefined && { key }) })),
  }),
  route({
    id: 'showRun',
    method: 'get',
    path: '/runs/{run}',
    tag,
    summary: 'One run: how far it is, why targets failed, and its targets',
    role: 'viewer',
    query: targetQuery,
    statuses: { 200: 'The run, with a page of its targets.' },
    answer: runDetailsAnswer,
    handle: async ({ client, params, query }) => ok(await client.runs.show(params.run, listQueryOf(query))),
  }),
  route({
    id: 'showProgress',
    method: 'get',
    path: '/runs/{run}/progress',
    tag,
    summary: 'How far a run is, how fast, and when it will have ended',
    role: 'viewer',
    statuses: { 200: 'As of now.' },
    answer: progressAnswer,
    handle: async ({ client, params }) => ok(await client.runs.progress(params.run)),
  }),
  route({
    id: 'listTargets',
    method: 'get',
    path: '/runs/{run}/targets',
    tag,
    summary: 'The recipients of a run, in the order of sending',
    role: 'viewer',
    query: targetQuery,
    statuses: { 200: 'A page of them.' },
    answer: targetsAnswer,
    handle: async ({ client, params, query }) =>
      ok(await client.runs.targets(params.run, listQueryOf(query))),
  }),
  route({
    id: 'listSends',
    method: 'get',
    path: '/runs/{run}/sends',
    tag,
    summary: 'The messages of a run, in the order of sending',
    role: 'viewer',
    query: listQuery(sendStates).extend({
      target: z
        .int()
        .min(0)
        .max(999_999)
        .optional()
        .meta({ description: 'Only those to the target with this ordinal.' }),
    }),
    statuses: { 200: 'A page of them.' },
    answer: sendsAnswer,
    handle: async ({ client, params, query: { target: ordinal, ...query } }) =>
      ok(
        await client.runs.sends(params.run, {
          ...listQueryOf(query),
          ...(ordinal !== undefined && { ordinal }),
        }),
      ),
  }),
  route({
    id: 'showReceipt',
    method: 'get',
    path: '/runs/{run}/audit',
    tag,
    summary: 'The receipt of a run that has ended: what was sent, and what WhatsApp said of it',
    description:
      'A row of the chain of the operator; `docs/audit.md` says what is in it, and how it is verified.',
    role: 'viewer',
    statuses: {
      200: 'The receipt.',
      202: 'The run has not ended, or its receipt is about to be written: ask again after `Retry-After`.',
    },
    answer: runReceiptAnswer,
    errors: ['conflict'],
    handle: async ({ client, params }) => {
      const answer = await client.runs.receipt(params.run)
      return answer.kind === 'written' ? ok(answer) : reply(202, answer, { 'Retry-After': retryAfterS })
    },
  }),
  route({
    id: 'showSentPerHour',
    method: 'get',
    path: '/sent-per-hour',
    tag,
    summary: 'Messages sent in each hour of the last 24',
    role: 'viewer',
    query: z.object({
      zone: z
        .string()
        .default('UTC')
        .meta({ description: 'The clock whose hours they are, as an IANA zone such as Africa/Nairobi.' }),
      account: z.string().optional().meta({ description: 'Only what this account has sent.' }),
    }),
    statuses: { 200: 'As of now.' },
    answer: sentPerHourAnswer,
    errors: ['not_found'],
    handle: async ({ client, query: { zone, account } }) =>
      ok(await client.runs.sentPerHour({ zone, ...(account !== undefined && { account }) })),
  }),
  ...(
    [
      ['pauseRun', 'pause', 'Stop the run, from the next message on'],
      ['resumeRun', 'resume', 'Let the run go on'],
      ['cancelRun', 'cancel', 'End this occurrence; what was not sent is skipped'],
    ] as const
  ).map(([id, verb, summary]) =>
    route({
      id,
      method: 'post',
      path: `/runs/{run}/${verb}`,
      tag,
      summary,
      role: 'editor',
      body: checked(requestInput, { optional: true }),
      repetition: 'row',
      statuses: confirmationStatuses,
      answer: runConfirmation,
      errors: ['ended', 'not_ready'],
      handle: async (call) => confirmation(await call.client.runs[verb](call.params.run, given(call))),
    }),
  ),
  route({
    id: 'retryFailed',
    method: 'post',
    path: '/runs/{run}/retry-failed',
    tag,
    summary: 'Send to the failed targets of a finished run again, under the same run id',
    role: 'editor',
    body: checked(requestInput, { optional: true }),
    repetition: 'row',
    statuses: { 200: 'How many are sent to again.' },
    answer: retriedAnswer,
    errors: ['account_not_ready', 'conflict', 'not_ready'],
    handle: async (call) => ok(await call.client.runs.retryFailed(call.params.run, given(call))),
  }),
]
