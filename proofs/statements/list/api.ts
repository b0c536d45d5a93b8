import {
  answerRequest,
  beginRequest,
  forgetRequest,
  handOnRequest,
  purgeRequests,
  renewRequest,
} from '../../../src/store/api-requests.js'
import type { Database } from '../../../src/store/database.js'
import { operator } from '../scene.js'
import type { Statements } from './statements.js'

const request = {
  operator,
  key: 'a key of a client',
  digest: Buffer.alloc(32),
  route: 'POST /v1/accounts/{account}/pause',
  tokenId: 'token',
  operationId: '00000000-0000-4000-8000-000000000003',
  attemptId: '00000000-0000-4000-8000-000000000004',
  leaseMs: 15_000,
}

async function begun(db: Database): Promise<typeof request> {
  await beginRequest(db, request)
  return request
}

export const ofApi: Statements = {
  'api-requests.beginRequest': async (db) => {
    await begun(db)
    await begun(db)
  },
  'api-requests.renewRequest': async (db) => renewRequest(db, await begun(db)),
  'api-requests.answerRequest': async (db) =>
    answerRequest(db, { ...(await begun(db)), answer: Buffer.from('{}') }),
  'api-requests.handOnRequest': async (db) => handOnRequest(db, await begun(db)),
  'api-requests.forgetRequest': async (db) => forgetRequest(db, await begun(db)),
  'api-requests.purgeRequests': (db) => purgeRequests(db, 1_000),
}
