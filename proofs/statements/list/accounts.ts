import type { Queryable } from '../../../src/store/database.js'
import { accountsByState } from '../../../src/store/accounts/accounts-by-state.js'
import {
  currentLease,
  setAccountPause,
  setAccountState,
  setDirectHold,
  takeLease,
} from '../../../src/store/accounts/accounts.js'
import {
  clearAuthKeys,
  isCurrentEpoch,
  readAuthKeys,
  writeAuthKeys,
} from '../../../src/store/accounts/auth-keys.js'
import { postgresNowMs } from '../../../src/store/database.js'
import { KeyRing } from '../../../src/store/encryption/key-ring.js'
import {
  isEncryptionInUse,
  adoptEncryptionKey,
  encryptionKeyState,
} from '../../../src/store/encryption/encryption-check.js'
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
} from '../../../src/store/accounts/groups.js'
import {
  askForLock,
  grantNext,
  holderOf,
  markServed,
  readLock,
  releaseLock,
} from '../../../src/store/accounts/lock-queue.js'
import {
  clearPairing,
  clearExpiredPairing,
  findPairingRequest,
  pairingView,
  requestPairing,
  saveChallenge,
  watchedPairings,
} from '../../../src/store/accounts/pairing.js'
import {
  forgetPerson,
  knownPeople,
  movePerson,
  numbersToAsk,
  personOfTarget,
  savePeople,
  takeAddress,
} from '../../../src/store/accounts/people.js'
import { findProxy, setProxy } from '../../../src/store/accounts/proxy.js'
import { insertAccount, setPacing } from '../../../src/store/accounts/registration.js'
import {
  clearUnlinking,
  commitUnlinked,
  findUnlinking,
  isRemoved,
  previewRemoval,
  remindersThatGoOn,
  removeAccount,
  requestUnlinking,
  unlinkHere,
} from '../../../src/store/accounts/unlinking.js'
import { askForRotation, isRotationAsked, rotationProgress } from '../../../src/store/rotation/rotation.js'
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
const number = '15550000001@s.whatsapp.net'
const person = { pn: number, lid: '100000000000001@lid' }
const first = groups.slice(0, 1)

// Both of `accountId`.
const holderId = 'run:school/live-1@1'
const waiterId = 'run:school/live-21@1'

export const ofAccounts: Statements = {
  'accounts/accounts-by-state.accountsByState': (db) => accountsByState(db),
  'accounts/accounts.takeLease': (db) => takeLease(db, { accountId, owner: 'bench' }),
  'accounts/accounts.setAccountState': (db, { accountId: id, epoch }) =>
    setAccountState(db, { accountId: id, epoch, state: 'reconnecting' }),
  'accounts/accounts.setDirectHold': (db, { accountId: id, epoch }) =>
    setDirectHold(db, { accountId: id, epoch, by: 'NewChatsLocked', until: new Date() }),
  'accounts/accounts.currentLease': (db) => currentLease(db, accountId),
  'accounts/accounts.setAccountPause': (db) =>
    setAccountPause(db, { accountId, reason: 'x', request: { requestId: 'bench' } }),
  'accounts/lock-queue.markServed': (db) => markServed(db, accountId),
  'accounts/lock-queue.readLock': (db) => readLock(db, { accountId, most: 100 }),
  'accounts/lock-queue.holderOf': (db) => holderOf(db, accountId),
  'accounts/lock-queue.askForLock': async (db) => {
    await askForLock(db, holderId)
    await askForLock(db, waiterId)
  },
  'accounts/lock-queue.grantNext': async (db) => {
    await askForLock(db, holderId)
    await askForLock(db, waiterId)
    await releaseLock(db, { accountId, runId: holderId })
    await grantNext(db, accountId)
  },
  'accounts/lock-queue.releaseLock': (db, { accountId: id, run }) =>
    releaseLock(db, { accountId: id, runId: run.runId }),
  'accounts/auth-keys.isCurrentEpoch': (db) => isCurrentEpoch(db, accountId, 1),
  'accounts/auth-keys.readAuthKeys': (db) => readAuthKeys(db, 'account-1', 'session', ['5', '25', '90']),
  'accounts/auth-keys.writeAuthKeys': (db) =>
    writeAuthKeys(db, {
      accountId,
      epoch: 1,
      written: [{ category: 'session', id: '25', value: Buffer.from('y') }],
      removed: [{ category: 'session', id: '5' }],
    }),
  'accounts/auth-keys.clearAuthKeys': (db) => clearAuthKeys(db, accountId, 1),
  'database.postgresNowMs': (db) => postgresNowMs(db),
  'encryption/encryption-check.encryptionKeyState': (db) => encryptionKeyState(db, KeyRing.of(undefined)),
  'rotation/rotation.askForRotation': (db) => askForRotation(db, '0123abcd'),
  'rotation/rotation.isRotationAsked': (db) => isRotationAsked(db),
  'rotation/rotation.rotationProgress': (db) => rotationProgress(db),
  'encryption/encryption-check.isEncryptionInUse': (db) => isEncryptionInUse(db),
  'encryption/encryption-check.adoptEncryptionKey': (db) =>
    adoptEncryptionKey(db, { ring: KeyRing.of(undefined), accepted: undefined }),
  'accounts/groups.groupsReading': (db) => groupsReading(db, accountId),
  'accounts/groups.saveGroupsFailure': (db) =>
    saveGroupsFailure(db, { accountId, epoch: 1, failure: 'ConnectionLost', retryInMs: 5_000 }),
  'accounts/groups.forgetGroupsRead': (db) => forgetGroupsRead(db, accountId, 1),
  'accounts/groups.readGroupMetadata': (db) => readGroupMetadata(db, accountId, groupJid(7), hour),
  'accounts/groups.groupsAreFresh': (db) => groupsAreFresh(db, accountId, hour),
  'accounts/groups.saveGroups': (db) => saveGroups(db, accountId, 1, first),
  'accounts/groups.replaceGroups': (db) => replaceGroups(db, { accountId, epoch: 1, groups, changed: [] }),
  'accounts/groups.markGroupChanged': (db) => markGroupChanged(db, accountId, groupJid(7)),
  'accounts/groups.renameGroup': (db) => renameGroup(db, accountId, groupJid(7), 'Another name'),
  'accounts/groups.forgetGroup': (db) => forgetGroup(db, accountId, groupJid(7)),
  'accounts/pairing.requestPairing': (db) =>
    requestPairing(db, { accountId, method: 'qr', forMs: 300_000, mayBeOther: false }),
  'accounts/pairing.pairingView': (db) => pairingView(db, accountId),
  'accounts/pairing.clearExpiredPairing': (db) => clearExpiredPairing(db, accountId),
  'accounts/pairing.findPairingRequest': (db) => findPairingRequest(db, accountId),
  'accounts/pairing.saveChallenge': async (db) =>
    await saveChallenge(db, { accountId, until: await pairingUntil(db), challenge: 'x' }),
  'accounts/pairing.watchedPairings': (db) => watchedPairings(db, [accountId]),
  'accounts/pairing.clearPairing': async (db) =>
    await clearPairing(db, { accountId, until: await pairingUntil(db) }),
  'accounts/people.personOfTarget': (db, { run, pending }) =>
    personOfTarget(db, { runId: run.runId, ordinal: pending, part: 0, isUncertain: false }),
  'accounts/people.numbersToAsk': (db, { run, pending }) =>
    numbersToAsk(db, { runId: run.runId, ordinal: pending, most: 20 }),
  'accounts/people.savePeople': (db) => savePeople(db, { accountId, people: [{ ...person, jid: number }] }),
  'accounts/people.forgetPerson': (db) => forgetPerson(db, { accountId, jid: number }),
  'accounts/people.movePerson': (db) =>
    movePerson(db, { accountId, from: person, to: { ...person, pn: '15550009999@s.whatsapp.net' } }),
  'accounts/people.takeAddress': (db, { run, pending }) =>
    takeAddress(db, { runId: run.runId, ordinal: pending, address: person.lid, others: [person.pn] }),
  'accounts/people.knownPeople': (db) => knownPeople(db, { accountId, jids: [number] }),
  'accounts/unlinking.requestUnlinking': (db) =>
    requestUnlinking(db, {
      accountId,
      removes: true,
      because: 'x',
      request: { requestId: 'bench' },
    }),
  'accounts/unlinking.findUnlinking': (db) => findUnlinking(db, accountId),
  'accounts/unlinking.clearUnlinking': (db) => clearUnlinking(db, accountId),
  'accounts/unlinking.commitUnlinked': (db) => commitUnlinked(db, { accountId, epoch: 1, detail: 'x' }),
  'accounts/unlinking.unlinkHere': (db) => unlinkHere(db, { accountId, detail: 'x' }),
  'accounts/unlinking.remindersThatGoOn': (db) =>
    remindersThatGoOn(db, { accountId, reason: 'x', limit: 200 }),
  'accounts/unlinking.removeAccount': (db) => removeAccount(db, { accountId, reason: 'x' }),
  'accounts/unlinking.previewRemoval': (db) => previewRemoval(db, accountId),
  'accounts/unlinking.isRemoved': (db) => isRemoved(db, accountId),
  'accounts/proxy.findProxy': (db) => findProxy(db, accountId),
  'accounts/proxy.setProxy': (db) => setProxy(db, { accountId, proxy: undefined }),
  'accounts/registration.insertAccount': (db) => insertAccount(db, { id: 'bench', operator }),
  'accounts/registration.setPacing': (db) => setPacing(db, { accountId, ratePerMinute: 30, dailyCap: 2_000 }),
}

async function pairingUntil(db: Queryable): Promise<string> {
  return (await findPairingRequest(db, accountId))?.until ?? 'infinity'
}
