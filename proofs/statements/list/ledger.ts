import {
  areCopiesWanted,
  beginCopy,
  endCopy,
  nextCopyRequest,
  noteCopiesAsked,
} from '../../../src/store/sends/copy-requests.js'
import {
  closeRateSlot,
  returnRateSlot,
  takeCopySlot,
  takeRateSlot,
} from '../../../src/store/sends/rate-slots.js'
import {
  retryFailed,
  findRetriableRun,
  openRetries,
  wasRetried,
} from '../../../src/store/runs/retry-failed.js'
import { countTargets, finishRun, prepareRun, setRunState } from '../../../src/store/runs/runs.js'
import {
  abandonTarget,
  beginSend,
  closeTarget,
  commitAck,
  explainBlock,
  loadDelivery,
  revertSend,
} from '../../../src/store/sends/sends.js'
import { runParts, saveUpload, uploadsOf } from '../../../src/store/sends/uploads.js'
import { defineRun, operator } from '../scene.js'
import type { Statements } from './statements.js'

const key = { operator, dedupeKey: 'live-1' }
const copy = {
  device: '900000000001@lid',
  chat: '120363000000000001@g.us',
  count: 1,
  part: null,
  upload: null,
}

/** Once for every message. */
export const perMessage: Statements = {
  'sends/rate-slots.takeRateSlot': (db, { accountId, run, epoch }) =>
    takeRateSlot(db, {
      accountId,
      runId: run.runId,
      question: { epoch, ticket: 1_000_000, open: [1, 2, 3] },
    }),
  'sends/rate-slots.returnRateSlot': (db, { slot }) => returnRateSlot(db, slot),
  'sends/rate-slots.closeRateSlot': (db, { slot }) => closeRateSlot(db, slot),
  'sends/sends.loadDelivery': (db, { run, pending }) =>
    loadDelivery(db, { runId: run.runId, ordinal: pending }),
  'sends/sends.beginSend': (db, { run, pending, epoch, slot }) =>
    beginSend(db, { runId: run.runId, ordinal: pending, part: 0, epoch, slot }),
  'sends/sends.explainBlock': (db, { run, pending, epoch }) =>
    explainBlock(db, { runId: run.runId, ordinal: pending, part: 0, epoch }),
  'sends/sends.commitAck': (db, { run, sending, epoch, slot }) =>
    commitAck(db, {
      runId: run.runId,
      ordinal: sending,
      part: 0,
      epoch,
      attempt: 1,
      slot,
      last: true,
      leftOutDevices: 0,
    }),
  'sends/sends.revertSend': (db, { run, sending, epoch }) =>
    revertSend(db, {
      runId: run.runId,
      ordinal: sending,
      part: 0,
      epoch,
      attempt: 1,
      uncertain: false,
      failure: 'x',
    }),
  'sends/sends.closeTarget': (db, { run, sending, epoch }) =>
    closeTarget(db, {
      runId: run.runId,
      ordinal: sending,
      part: 0,
      epoch,
      attempt: 1,
      sendState: 'failed',
      targetState: 'failed',
      failure: 'NotInGroup',
      reason: 'x',
    }),
  'sends/sends.abandonTarget': (db, { run, sending }) =>
    abandonTarget(db, { runId: run.runId, ordinal: sending, state: 'failed', reason: 'x' }),
  'sends/rate-slots.takeCopySlot': (db, { accountId, epoch }) =>
    takeCopySlot(db, { accountId, question: { epoch, ticket: 1_000_001, open: [1, 2, 3] } }),
  'sends/copy-requests.noteCopiesAsked': (db, { accountId, messageId }) =>
    noteCopiesAsked(db, accountId, [{ messageId, device: copy.device, chats: [copy.chat], count: 1 }]),
  'sends/copy-requests.nextCopyRequest': (db, { accountId, epoch }) =>
    nextCopyRequest(db, { accountId, epoch }),
  'sends/copy-requests.areCopiesWanted': (db, { accountId }) => areCopiesWanted(db, accountId),
  'sends/copy-requests.beginCopy': (db, { accountId, messageId, epoch }) =>
    beginCopy(db, { ...copy, messageId, accountId, epoch }),
  'sends/copy-requests.endCopy': (db, { messageId, slot }) =>
    endCopy(db, { ...copy, messageId, isOver: true, slot }),
  'sends/uploads.uploadsOf': (db, { run }) => uploadsOf(db, run.runId),
  'sends/uploads.runParts': (db, { run }) => runParts(db, run.runId),
}

/** Once or a few times for a run. */
export const perRun: Statements = {
  'runs/runs.prepareRun': async (db, { definition }) => {
    const run = await defineRun(db, 'another', definition)
    await prepareRun(db, run)
    // And once more, as after a page.
    await prepareRun(db, run)
  },
  'runs/runs.countTargets': (db, { run }) => countTargets(db, run.runId),
  'runs/runs.setRunState': (db, { run }) =>
    setRunState(db, { runId: run.runId, state: 'waiting', reason: 'the lock of the account' }),
  'runs/runs.finishRun': (db, { run }) =>
    finishRun(db, {
      runId: run.runId,
      remainder: { state: 'skipped', reason: 'x' },
      canceled: true,
      reason: 'x',
    }),
  'sends/uploads.saveUpload': (db, { run }) =>
    saveUpload(db, { runId: run.runId, part: 0, content: Buffer.from('x') }),
  'runs/retry-failed.retryFailed': async (db, { run: { runId } }) => {
    await finishRun(db, {
      runId,
      remainder: { state: 'failed', reason: 'x' },
      canceled: false,
      reason: 'x',
    })
    await retryFailed(db, { runId, requestId: 'bench', now: new Date().toISOString() })
  },
  'runs/retry-failed.findRetriableRun': (db, { run }) => findRetriableRun(db, { operator, runId: run.runId }),
  'runs/retry-failed.openRetries': (db) => openRetries(db, key),
  'runs/retry-failed.wasRetried': (db, { run }) => wasRetried(db, run.runId),
}
