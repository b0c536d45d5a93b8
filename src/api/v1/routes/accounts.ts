import { CarillonError } from '../../../client/errors.js'
import {
  accountChanges,
  leavingInput,
  newAccountInput,
  requestInput,
} from '../../../client/input/schema/requests.js'
import type { AccountChanges, NewAccountInput } from '../../../client/accounts/accounts.js'
import {
  accountAnswer,
  accountConfirmation,
  accountsAnswer,
  leftAnswer,
  removalAnswer,
  removalPreviewAnswer,
} from '../answers/accounts.js'
import { confirmation, confirmationStatuses, given, onlyGiven } from '../acting.js'
import { checked, ok, reply, route, written, type Route } from '../route.js'

const tag = 'Accounts'

export const accountRoutes: Route[] = [
  route({
    id: 'listAccounts',
    method: 'get',
    path: '/accounts',
    tag,
    summary: 'All accounts with their state',
    role: 'viewer',
    statuses: { 200: 'By id.' },
    answer: accountsAnswer,
    handle: async ({ client }) => ok({ accounts: await client.accounts.list() }),
  }),
  route({
    id: 'addAccount',
    method: 'post',
    path: '/accounts',
    tag,
    summary: 'Add an account',
    description: 'The id is your own name for it, and no phone number: it shows up in Temporal.',
    role: 'owner',
    body: written<NewAccountInput>(newAccountInput),
    repetition: 'row',
    statuses: { 201: 'It is there, and not linked to a phone yet.' },
    answer: accountAnswer,
    errors: ['conflict', 'not_ready'],
    handle: async ({ client, body, isRepeated }) => {
      try {
        return reply(201, await client.accounts.add(body), locationOf(body.id))
      } catch (error) {
        // An attempt before this one may have added it, and was not answered.
        const isThere = error instanceof CarillonError && error.code === 'conflict' && isRepeated
        if (!isThere) throw error
        return reply(201, await client.accounts.show(body.id), locationOf(body.id))
      }
    },
  }),
  route({
    id: 'showAccount',
    method: 'get',
    path: '/accounts/{account}',
    tag,
    summary: 'One account: its state, its limits and what it waits for',
    role: 'viewer',
    statuses: { 200: 'The account.' },
    answer: accountAnswer,
    handle: async ({ client, params }) => ok(await client.accounts.show(params.account)),
  }),
  route({
    id: 'setAccount',
    method: 'patch',
    path: '/accounts/{account}',
    tag,
    summary: 'Change how fast the account may send, and by way of what',
    description: 'From the next message on. What is not given stays.',
    role: 'owner',
    body: written<AccountChanges>(accountChanges),
    statuses: { 200: 'The account as it is now.' },
    answer: accountAnswer,
    errors: ['not_ready'],
    handle: async ({ client, params, body }) => ok(await client.accounts.set(params.account, body)),
  }),
  route({
    id: 'pauseAccount',
    method: 'post',
    path: '/accounts/{account}/pause',
    tag,
    summary: 'Stop all sends of the account, from the next one on',
    role: 'editor',
    body: checked(requestInput, { optional: true }),
    repetition: 'row',
    statuses: confirmationStatuses,
    answer: accountConfirmation,
    handle: async (call) =>
      confirmation(await call.client.accounts.pauseSends(call.params.account, given(call))),
  }),
  route({
    id: 'resumeAccount',
    method: 'post',
    path: '/accounts/{account}/resume',
    tag,
    summary: 'Let the account send again',
    role: 'editor',
    body: checked(requestInput, { optional: true }),
    repetition: 'row',
    statuses: confirmationStatuses,
    answer: accountConfirmation,
    handle: async (call) =>
      confirmation(await call.client.accounts.resumeSends(call.params.account, given(call))),
  }),
  route({
    id: 'unlinkAccount',
    method: 'post',
    path: '/accounts/{account}/unlink',
    tag,
    summary: 'Take the device off at WhatsApp',
    description: 'The keys are gone then; groups, reminders and runs stay for who links a device again.',
    role: 'owner',
    body: checked(leavingInput, { optional: true }),
    repetition: 'row',
    statuses: confirmationStatuses,
    answer: leftAnswer,
    errors: ['conflict'],
    handle: async (call) => confirmation(await call.client.accounts.unlink(call.params.account, given(call))),
  }),
  route({
    id: 'previewRemoval',
    method: 'get',
    path: '/accounts/{account}/removal',
    tag,
    summary: 'What a removal of the account would do',
    role: 'viewer',
    statuses: { 200: 'How many reminders it would pause, and how many runs it would cancel.' },
    answer: removalPreviewAnswer,
    handle: async ({ client, params }) => ok(await client.accounts.previewRemoval(params.account)),
  }),
  route({
    id: 'removeAccount',
    method: 'delete',
    path: '/accounts/{account}',
    tag,
    summary: 'Take the device off, and the account with its groups away',
    description:
      'Its runs are canceled; its reminders are kept, and paused. To do it twice is to do it once.',
    role: 'owner',
    query: leavingInput,
    statuses: confirmationStatuses,
    answer: removalAnswer,
    handle: async ({ client, params, query }) =>
      confirmation(await client.accounts.remove(params.account, onlyGiven(query))),
  }),
]

function locationOf(id: string): Record<string, string> {
  return { Location: `/v1/accounts/${encodeURIComponent(id)}` }
}
