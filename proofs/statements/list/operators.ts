import {
  findOperator,
  insertOperator,
  listOperators,
  registerOperator,
} from '../../../src/store/operators/operators.js'
import {
  endSignIn,
  endSignInsOf,
  findSignIn,
  insertSignIn,
  insertSignInLink,
  listSignInsOf,
  noteSignInSeen,
} from '../../../src/store/operators/sign-ins.js'
import {
  findToken,
  findTokenHolder,
  findTokenRevokedBy,
  insertToken,
  listTokens,
  noteTokenUse,
  replaceTokenDigest,
  revokeToken,
  takeSignInToken,
} from '../../../src/store/operators/tokens.js'
import { listAudit } from '../../../src/store/views/audit.js'
import { operator } from '../scene.js'
import type { Statements } from './statements.js'

const actor = operator
const digest = (byte: number) => Buffer.alloc(32, byte)
const idleMs = 3_600_000
const limit = 50

type Db = Parameters<typeof findOperator>[0]

/** A token of the operator, which is registered with its first account. */
async function token(db: Db, name = 'ci') {
  await registerOperator(db, operator)
  const made = await insertToken(db, {
    operator,
    name,
    role: 'editor',
    accounts: ['account-1'],
    lastsMs: 60_000,
    digest: digest(1),
    actor,
  })
  if (made === undefined) throw new Error(`There is a token '${name}' already.`)
  return made
}

async function signIn(db: Db) {
  const { id } = await token(db)
  const cookie = { csrfSecret: digest(3), lastsMs: idleMs, idleMs }
  await insertSignIn(db, { kind: 'token', digest: digest(1) }, { ...cookie, digest: digest(2) })
  return id
}

export const ofOperators: Statements = {
  'operators/operators.insertOperator': (db) => insertOperator(db, { id: 'acme', actor }),
  'operators/operators.registerOperator': (db) => registerOperator(db, operator),
  'operators/operators.listOperators': (db) => listOperators(db),
  'operators/operators.findOperator': (db) => findOperator(db, operator),
  'operators/tokens.insertToken': (db) => token(db),
  'operators/tokens.replaceTokenDigest': async (db) => {
    const { id } = await token(db)
    await replaceTokenDigest(db, { operator, id, digest: digest(6) })
  },
  'operators/tokens.takeSignInToken': async (db) => {
    await registerOperator(db, operator)
    await takeSignInToken(db, { operator, name: 'start', actor })
  },
  'operators/tokens.listTokens': async (db) => {
    await listTokens(db, { operator, limit })
    await listTokens(db, { operator, limit, after: [new Date().toISOString(), crypto.randomUUID()] })
  },
  'operators/tokens.findToken': (db) => findToken(db, { operator, idOrName: 'ci' }),
  'operators/tokens.findTokenRevokedBy': (db) =>
    findTokenRevokedBy(db, { operator, requestId: crypto.randomUUID() }),
  'operators/tokens.revokeToken': async (db) => {
    const { id } = await token(db)
    await revokeToken(db, { operator, id, actor, reason: null })
  },
  'operators/tokens.findTokenHolder': (db) => findTokenHolder(db, digest(1)),
  'operators/tokens.noteTokenUse': async (db) => {
    const { id } = await token(db)
    await noteTokenUse(db, id)
  },
  'operators/sign-ins.insertSignInLink': async (db) => {
    const { id } = await token(db)
    await insertSignInLink(db, { digest: digest(4), tokenId: id, lastsMs: 1_000 })
  },
  'operators/sign-ins.insertSignIn': async (db) => {
    const id = await signIn(db)
    await insertSignInLink(db, { digest: digest(4), tokenId: id, lastsMs: 1_000 })
    const cookie = { csrfSecret: digest(3), lastsMs: idleMs, idleMs }
    await insertSignIn(db, { kind: 'link', digest: digest(4) }, { ...cookie, digest: digest(5) })
  },
  'operators/sign-ins.findSignIn': async (db) => {
    await signIn(db)
    await findSignIn(db, { digest: digest(2), idleMs })
  },
  'operators/sign-ins.noteSignInSeen': (db) => noteSignInSeen(db, { digest: digest(2), idleMs }),
  'operators/sign-ins.endSignIn': (db) => endSignIn(db, digest(2)),
  'operators/sign-ins.listSignInsOf': async (db) => {
    const tokenId = await signIn(db)
    await listSignInsOf(db, { tokenId, digest: digest(2), idleMs })
  },
  'operators/sign-ins.endSignInsOf': async (db) => {
    const tokenId = await signIn(db)
    await endSignInsOf(db, { operator, tokenId, actor })
  },
  'views/audit.listAudit': async (db) => {
    await listAudit(db, { operator, limit })
    await listAudit(db, { operator, limit, after: '1000' })
    await listAudit(db, { operator, limit, areas: ['reminders', 'access'] })
    await listAudit(db, { operator, limit, by: 'nobody', after: '1000' })
  },
}
