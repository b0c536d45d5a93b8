import type { Audit } from '../../client/operators/audit.js'
import type { Tokens } from '../../client/operators/tokens.js'
import { auditAnswer, newTokenAnswer, revokedTokenAnswer, tokensAnswer } from '../v1/answers/access.js'
import { chainAnswer, receiptsAnswer, verificationAnswer } from '../v1/answers/receipts.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

export function httpTokens({ ask }: Transport): Tokens {
  return {
    create: async (body, { requestId } = {}) =>
      await ask(newTokenAnswer, { method: 'POST', path: '/tokens', body, idempotencyKey: requestId }),
    list: async (query = {}) => await ask(tokensAnswer, { method: 'GET', path: '/tokens', query }),
    revoke: async (idOrName, { requestId, ...body } = {}) => {
      const path = at`/tokens/${idOrName}/revoke`
      const { token, already } = await ask(revokedTokenAnswer, {
        method: 'POST',
        path,
        body,
        idempotencyKey: requestId,
      })
      return { ...token, ...(already === true && { already }) }
    },
  }
}

export function httpAudit({ ask }: Transport): Audit {
  return {
    list: async ({ areas, ...query } = {}) =>
      await ask(auditAnswer, { method: 'GET', path: '/audit', query: { ...query, area: areas } }),
    chain: async () => await ask(chainAnswer, { method: 'GET', path: '/audit/chain' }),
    receipts: async (query) =>
      (await ask(receiptsAnswer, { method: 'GET', path: '/audit/receipts', query })).items,
    verify: async (query = {}) =>
      await ask(verificationAnswer, { method: 'GET', path: '/audit/verification', query }),
  }
}
