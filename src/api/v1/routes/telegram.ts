import { z } from 'zod'
import { botLinkInput, newBotInput } from '../../../client/input/schema/telegram.js'
import { requestFields } from '../../../client/input/schema/requests.js'
import type { BotLinkInput, NewBotInput } from '../../../client/telegram/bots.js'
import { updateStates, type UpdateKey } from '../../../domain/telegram.js'
import { given, onlyGiven } from '../acting.js'
import {
  botAnswer,
  botLinkAnswer,
  botsAnswer,
  redrivenAllAnswer,
  redrivenAnswer,
  removedBotAnswer,
  updateDetailsAnswer,
  updatesAnswer,
} from '../answers/telegram.js'
import { listQuery, listQueryOf } from '../lists.js'
import { checked, noContent, ok, reply, route, written, type Route } from '../route.js'

const tag = 'Telegram'
const bot = z.string().optional().meta({ description: 'Only those of this bot.' })
const reason = checked(z.strictObject({ reason: requestFields.reason }), { optional: true })

export const telegramRoutes: Route[] = [
  route({
    id: 'listBots',
    method: 'get',
    path: '/bots',
    tag,
    summary: 'The bots, who may use them, and what waits for them',
    role: 'owner',
    statuses: { 200: 'By their ids.' },
    answer: botsAnswer,
    handle: async ({ client }) => ok({ bots: await client.bots.list() }),
  }),
  route({
    id: 'addBot',
    method: 'post',
    path: '/bots',
    tag,
    summary: 'Add a bot, or change one that is there, and let Telegram send its updates here',
    role: 'owner',
    body: written<NewBotInput>(newBotInput),
    repetition: 'harmless',
    statuses: { 200: 'The bot.' },
    answer: botAnswer,
    errors: ['conflict', 'not_ready'],
    handle: async ({ client, body, operationId }) =>
      ok(await client.bots.add(body, { requestId: operationId })),
  }),
  route({
    id: 'removeBot',
    method: 'delete',
    path: '/bots/{bot}',
    tag,
    summary: 'Take a bot away; its updates that wait are dropped, and nobody is linked to it',
    role: 'owner',
    statuses: { 200: 'It is gone.' },
    answer: removedBotAnswer,
    errors: ['not_found'],
    handle: async ({ client, params, operationId }) =>
      ok(await client.bots.remove(params.bot, { requestId: operationId })),
  }),
  route({
    id: 'linkBotUser',
    method: 'post',
    path: '/bots/{bot}/links',
    tag,
    summary: 'Make a code by which one person may use the bot from then on, once',
    role: 'owner',
    body: written<BotLinkInput>(botLinkInput),
    repetition: 'row',
    statuses: { 201: 'The code, shown this once.' },
    answer: botLinkAnswer,
    errors: ['not_found'],
    handle: async ({ client, params, body, operationId }) =>
      reply(201, await client.bots.link(params.bot, body, { requestId: operationId }), {
        'Cache-Control': 'no-store',
      }),
  }),
  route({
    id: 'unlinkBotUser',
    method: 'delete',
    path: '/bots/{bot}/users/{name}',
    tag,
    summary: 'Let a person use the bot no more',
    role: 'owner',
    statuses: { 204: 'It is so.' },
    errors: ['not_found'],
    handle: async ({ client, params, operationId }) => {
      await client.bots.unlink(params.bot, params.name, { requestId: operationId })
      return noContent
    },
  }),
  route({
    id: 'listUpdates',
    method: 'get',
    path: '/inbox',
    tag,
    summary: 'The updates of bots, the latest first',
    role: 'viewer',
    query: listQuery(updateStates).extend({ bot }),
    statuses: { 200: 'A page of them.' },
    answer: updatesAnswer,
    handle: async ({ client, query: { bot: ofBot, ...query } }) =>
      ok(await client.inbox.list({ ...listQueryOf(query), ...(ofBot !== undefined && { bot: ofBot }) })),
  }),
  route({
    id: 'showUpdate',
    method: 'get',
    path: '/inbox/{bot}/{update}',
    tag,
    summary: 'An update, with what it says and why it failed',
    role: 'owner',
    statuses: { 200: 'The update.' },
    answer: updateDetailsAnswer,
    errors: ['not_found', 'not_ready'],
    handle: async ({ client, params }) => ok(await client.inbox.show(keyOf(params))),
  }),
  route({
    id: 'redriveUpdate',
    method: 'post',
    path: '/inbox/{bot}/{update}/redrive',
    tag,
    summary: 'Have a dead update tried again, behind those that wait in its chat',
    role: 'editor',
    body: reason,
    repetition: 'row',
    statuses: { 200: 'The update.' },
    answer: redrivenAnswer,
    errors: ['not_found'],
    handle: async (call) => ok(await call.client.inbox.redrive(keyOf(call.params), given(call))),
  }),
  route({
    id: 'redriveUpdates',
    method: 'post',
    path: '/inbox/redrive',
    tag,
    summary: 'Have all dead updates tried again, in the order in which they came',
    role: 'editor',
    body: checked(z.strictObject({ bot, reason: requestFields.reason }), { optional: true }),
    repetition: 'row',
    statuses: { 200: 'How many they were.' },
    answer: redrivenAllAnswer,
    handle: async ({ client, body, operationId }) =>
      ok(await client.inbox.redriveAll({ ...onlyGiven(body ?? {}), requestId: operationId })),
  }),
]

/** What is no number is the id of no update. */
function keyOf({ bot: id, update }: { bot: string; update: string }): UpdateKey {
  return { bot: id, updateId: /^\d{1,16}$/.test(update) ? Number(update) : Number.NaN }
}
