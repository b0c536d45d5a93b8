import type { Accounts } from '../../client/accounts/accounts.js'
import type { Groups } from '../../client/accounts/groups.js'
import { defaultPairingMs, followPairing, type PairingRequest } from '../../client/accounts/pairing.js'
import { CarillonError } from '../../client/errors.js'
import type { RequestOptions } from '../../client/temporal/signals.js'
import {
  accountAnswer,
  accountConfirmation,
  accountsAnswer,
  leftAnswer,
  pairingAnswer,
  removalAnswer,
  removalPreviewAnswer,
} from '../v1/answers/accounts.js'
import { groupsAnswer, groupsReadAnswer } from '../v1/answers/groups.js'
import { systemAnswer } from '../v1/answers/system.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

/** Longer than WhatsApp takes to tell all of its groups. */
const refreshTimeLimitMs = 210_000
const lookEveryMs = 500

export function httpAccounts({ ask }: Transport): Accounts {
  const view = async (id: string) =>
    await ask(pairingAnswer, { method: 'GET', path: at`/accounts/${id}/pairing` })
  const begin = async ({ id, ...body }: PairingRequest) =>
    await ask(pairingAnswer, { method: 'POST', path: at`/accounts/${id}/pairing`, body })
  const act = async (path: string, { requestId, ...body }: RequestOptions) =>
    await ask(accountConfirmation, { method: 'POST', path, body, idempotencyKey: requestId })

  return {
    add: async (body) => await ask(accountAnswer, { method: 'POST', path: '/accounts', body }),
    set: async (id, body) => await ask(accountAnswer, { method: 'PATCH', path: at`/accounts/${id}`, body }),
    list: async () => (await ask(accountsAnswer, { method: 'GET', path: '/accounts' })).accounts,
    show: async (id) => await ask(accountAnswer, { method: 'GET', path: at`/accounts/${id}` }),
    startPairing: begin,
    pairing: view,
    pair: async (options) => {
      const { onChallenge: _show, onNoWorker: _tell, signal: _signal, ...request } = options
      const forMs = request.timeoutMs ?? defaultPairingMs
      return await followPairing(
        {
          begin: async () => {
            const { method, expiresAt } = await begin(request)
            if (method === null || expiresAt === null) return 'linked'
            return { requestedAt: new Date(expiresAt.getTime() - forMs), forMs }
          },
          view: async () => await view(options.id),
          hasWorkers: async () => await seesWorkers(ask),
          everyMs: lookEveryMs,
        },
        options,
      )
    },
    unlink: async (id, { requestId, ...body } = {}) =>
      await ask(leftAnswer, {
        method: 'POST',
        path: at`/accounts/${id}/unlink`,
        body,
        idempotencyKey: requestId,
      }),
    remove: async (id, { reason, timeoutMs, force } = {}) =>
      await ask(removalAnswer, {
        method: 'DELETE',
        path: at`/accounts/${id}`,
        query: { reason, timeoutMs, force },
      }),
    previewRemoval: async (id) =>
      await ask(removalPreviewAnswer, { method: 'GET', path: at`/accounts/${id}/removal` }),
    pauseSends: async (id, options = {}) => await act(at`/accounts/${id}/pause`, options),
    resumeSends: async (id, options = {}) => await act(at`/accounts/${id}/resume`, options),
  }
}

/** True also where the token may not look: it is only for a hint. */
async function seesWorkers(ask: Transport['ask']): Promise<boolean> {
  try {
    const { checks } = await ask(systemAnswer, { method: 'GET', path: '/system' })
    return checks.every(({ name, state }) => name !== 'Worker' || state !== 'bad')
  } catch (error) {
    if (error instanceof CarillonError && error.code === 'forbidden') return true
    throw error
  }
}

export function httpGroups({ ask }: Transport): Groups {
  return {
    list: async (id) => (await ask(groupsAnswer, { method: 'GET', path: at`/accounts/${id}/groups` })).groups,
    read: async (id) => await ask(groupsReadAnswer, { method: 'GET', path: at`/accounts/${id}/groups/read` }),
    refresh: async (id) => {
      const path = at`/accounts/${id}/groups/refresh`
      const { groups } = await ask(groupsAnswer, { method: 'POST', path, timeLimitMs: refreshTimeLimitMs })
      return groups
    },
  }
}
