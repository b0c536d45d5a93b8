import type { RunProgress } from '../../client/runs/progress.js'
import type { Runs } from '../../client/runs/runs.js'
import { localZone } from '../../client/input/context.js'
import { watchProgress } from '../../client/runs/watch.js'
import type { RequestOptions } from '../../client/temporal/signals.js'
import {
  progressAnswer,
  retriedAnswer,
  runConfirmation,
  runDetailsAnswer,
  runsAnswer,
  sendsAnswer,
  sentPerHourAnswer,
  targetsAnswer,
} from '../v1/answers/runs.js'
import { runReceiptAnswer } from '../v1/answers/receipts.js'
import { listed } from './lists.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

export function httpRuns({ ask }: Transport): Runs {
  const progress = async (id: string): Promise<RunProgress> =>
    await ask(progressAnswer, { method: 'GET', path: at`/runs/${id}/progress` })
  const act = async (path: string, { requestId, ...body }: RequestOptions) =>
    await ask(runConfirmation, { method: 'POST', path, body, idempotencyKey: requestId })

  return {
    list: async ({ key: reminder, ...query } = {}) =>
      await ask(runsAnswer, { method: 'GET', path: '/runs', query: { ...listed(query), reminder } }),
    show: async (id, query = {}) =>
      await ask(runDetailsAnswer, { method: 'GET', path: at`/runs/${id}`, query: listed(query) }),
    targets: async (id, query = {}) =>
      await ask(targetsAnswer, { method: 'GET', path: at`/runs/${id}/targets`, query: listed(query) }),
    sends: async (id, { ordinal: target, ...query } = {}) =>
      await ask(sendsAnswer, {
        method: 'GET',
        path: at`/runs/${id}/sends`,
        query: { ...listed(query), target },
      }),
    progress,
    sentPerHour: async ({ zone = localZone(), account } = {}) =>
      await ask(sentPerHourAnswer, { method: 'GET', path: '/sent-per-hour', query: { zone, account } }),
    receipt: async (id) => await ask(runReceiptAnswer, { method: 'GET', path: at`/runs/${id}/audit` }),
    watch: (id, options) => watchProgress(async () => await progress(id), options),
    pause: async (id, options = {}) => await act(at`/runs/${id}/pause`, options),
    resume: async (id, options = {}) => await act(at`/runs/${id}/resume`, options),
    cancel: async (id, options = {}) => await act(at`/runs/${id}/cancel`, options),
    retryFailed: async (id, { requestId, ...body } = {}) =>
      await ask(retriedAnswer, {
        method: 'POST',
        path: at`/runs/${id}/retry-failed`,
        body,
        idempotencyKey: requestId,
      }),
  }
}
