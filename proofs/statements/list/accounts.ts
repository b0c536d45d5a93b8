import { accountsByState } from '../../../src/store/accounts-by-state.js'
import { currentEpoch, setAccountPause, setAccountState, takeLease } from '../../../src/store/accounts.js'
import { clearAuthKeys, isCurrentEpoch, readAuthKeys, writeAuthKeys } from '../../../src/store/auth-keys.js'
import { postgresNowMs } from '../../../src/store/database.js'
import { adoptEncryptionKey, encryptionKeyState } from '../../../src/store/encryption-check.js'
import {
  forgetGroup,
  forgetGroupsRead,
  groupsAreFresh,
  groupsReading,
  markGroupChanged,
  readGroupMetadata,
  renameGroup,
  replaceGroups,
  saveGroups,
  saveGroupsFailure,
} from '../../../src/store/groups.js'
import {
  askForLock,
  grantNext,
  holderOf,
  markServed,
  readLock,
  releaseLock,
} from '../../../src/store/lock-queue.js'
import {
  clearPairing,
  findPairingRequest,
  pairingView,
  requestPairing,
  saveChallenge,
} from '../../../src/store/pairing.js'
import { insertAccount, setPacing } from '../../../src/store/registration.js'
import { groupJid, operator } from '../scene.js'
import type { Statements } from './statements.js'

const hour = 3_600_000
const accountId = 'account-1'
const groups = Array.from({ length: 990 }, (_, index) => ({
  jid: groupJid(index + 1),
  subject: 'Another name',
  participants: 4,
  metadata: {},
}))
const first = groups.slice(0, 1)

// Both of `accountId`.
const holderId = 'run:school/live-1@1'
const waiterId = 'run:school/live-21@1'

export const ofAccounts: Statements = {
  'accounts-by-state.accountsByState': (db) => accountsByState(db),
  'accounts.takeLease': (db) => takeLease(db, { accountId, owner: 'bench' }),
  'accounts.setAccountState': (db, { accountId: id, epoch }) =>
    setAccountState(db, { accountId: id, epoch, state: 'reconnecting' }),
  'accounts.currentEpoch': (db) => currentEpoch(db, accountId),
  'accounts.setAccountPause': (db) =>
    setAccountPause(db, { accountId, reason: 'x', request: { requestId: 'bench' } }),
  'lock-queue.markServed': (db) => markServed(db, accountId),
  'lock-queue.readLock': (db) => readLock(db, { accountId, most: 100 }),
  'lock-queue.holderOf': (db) => holderOf(db, accountId),
  'lock-queue.askForLock': async (db) => {
    await askForLock(db, holderId)
    await askForLock(db, waiterId)
  },
  'lock-queue.grantNext': async (db) => {
    await askForLock(db, holderId)
    await askForLock(db, waiterId)
    await releaseLock(db, { accountId, runId: holderId })
    await grantNext(db, accountId)
  },
  'lock-queue.releaseLock': (db, { accountId: id, run }) =>
    releaseLock(db, { accountId: id, runId: run.runId }),
  'auth-keys.isCurrentEpoch': (db) => isCurrentEpoch(db, accountId, 1),
  'auth-keys.readAuthKeys': (db) => readAuthKeys(db, 'account-1', 'session', ['5', '25', '90']),
  'auth-keys.writeAuthKeys': (db) =>
    writeAuthKeys(db, {
      accountId,
      epoch: 1,
      written: [{ category: 'session', id: '25', value: Buffer.from('y') }],
      removed: [{ category: 'session', id: '5' }],
    }),
  'auth-keys.clearAuthKeys': (db) => clearAuthKeys(db, accountId, 1),
  'database.postgresNowMs': (db) => postgresNowMs(db),
  'encryption-check.encryptionKeyState': (db) => encryptionKeyState(db, undefined),
  'encryption-check.adoptEncryptionKey': (db) =>
    adoptEncryptionKey(db, { key: undefined, accepted: undefined }),
  'groups.groupsReading': (db) => groupsReading(db, accountId),
  'groups.saveGroupsFailure': (db) =>
    saveGroupsFailure(db, { accountId, epoch: 1, failure: 'ConnectionLost', retryInMs: 5_000 }),
  'groups.forgetGroupsRead': (db) => forgetGroupsRead(db, accountId, 1),
  'groups.readGroupMetadata': (db) => readGroupMetadata(db, accountId, groupJid(7), hour),
  'groups.groupsAreFresh': (db) => groupsAreFresh(db, accountId, hour),
  'groups.saveGroups': (db) => saveGroups(db, accountId, 1, first),
  'groups.replaceGroups': (db) => replaceGroups(db, { accountId, epoch: 1, groups, changed: [] }),
  'groups.markGroupChanged': (db) => markGroupChanged(db, accountId, groupJid(7)),
  'groups.renameGroup': (db) => renameGroup(db, accountId, groupJid(7), 'Another name'),
  'groups.forgetGroup': (db) => forgetGroup(db, accountId, groupJid(7)),
  'pairing.requestPairing': (db) => requestPairing(db, { accountId, method: 'qr' }),
  'pairing.pairingView': (db) => pairingView(db, accountId),
  'pairing.findPairingRequest': (db) => findPairingRequest(db, accountId),
  'pairing.saveChallenge': (db) => saveChallenge(db, { accountId, challenge: 'x' }),
  'pairing.clearPairing': (db) => clearPairing(db, accountId),
  'registration.insertAccount': (db) => insertAccount(db, { id: 'bench', operator }),
  'registration.setPacing': (db) => setPacing(db, { accountId, ratePerMinute: 30, dailyCap: 2_000 }),
}
