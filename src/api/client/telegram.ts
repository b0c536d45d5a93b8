import type { Bots } from '../../client/telegram/bots.js'
import type { Inbox } from '../../client/telegram/inbox.js'
import {
  botAnswer,
  botLinkAnswer,
  botsAnswer,
  redrivenAllAnswer,
  redrivenAnswer,
  removedBotAnswer,
  updateDetailsAnswer,
  updatesAnswer,
} from '../v1/answers/telegram.js'
import { listed } from './lists.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

export function httpBots({ ask, tell }: Transport): Bots {
  return {
    add: async (body, { requestId } = {}) =>
      await ask(botAnswer, { method: 'POST', path: '/bots', body, idempotencyKey: requestId }),
    list: async () => (await ask(botsAnswer, { method: 'GET', path: '/bots' })).bots,
    remove: async (id) => await ask(removedBotAnswer, { method: 'DELETE', path: at`/bots/${id}` }),
    link: async (id, body, { requestId } = {}) =>
      await ask(botLinkAnswer, {
        method: 'POST',
        path: at`/bots/${id}/links`,
        body,
        idempotencyKey: requestId,
      }),
    unlink: async (id, name) => await tell({ method: 'DELETE', path: at`/bots/${id}/users/${name}` }),
  }
}

export function httpInbox({ ask }: Transport): Inbox {
  return {
    list: async ({ bot, ...query } = {}) =>
      await ask(updatesAnswer, { method: 'GET', path: '/inbox', query: { ...listed(query), bot } }),
    show: async ({ bot, updateId }) =>
      await ask(updateDetailsAnswer, { method: 'GET', path: at`/inbox/${bot}/${String(updateId)}` }),
    redrive: async ({ bot, updateId }, { requestId, ...body } = {}) => {
      const { already, ...view } = await ask(redrivenAnswer, {
        method: 'POST',
        path: at`/inbox/${bot}/${String(updateId)}/redrive`,
        body,
        idempotencyKey: requestId,
      })
      return already === undefined ? view : { ...view, already }
    },
    redriveAll: async ({ requestId, ...body } = {}) =>
      await ask(redrivenAllAnswer, {
        method: 'POST',
        path: '/inbox/redrive',
        body,
        idempotencyKey: requestId,
      }),
  }
}
