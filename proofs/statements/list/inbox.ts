import {
  deleteBotUser,
  findBotUser,
  insertLinkCode,
  listBotChats,
  useLinkCode,
} from '../../../src/store/inbox/bot-users.js'
import {
  findBot,
  findBotDoor,
  listBots,
  recordBot,
  removeBot,
  saveBot,
} from '../../../src/store/inbox/bots.js'
import {
  endProgress,
  findProgress,
  insertProgress,
  purgeProgress,
  recordShown,
} from '../../../src/store/inbox/progress.js'
import { updateBacklogs } from '../../../src/store/inbox/backlog.js'
import { redriveUpdate } from '../../../src/store/inbox/redrive.js'
import * as tries from '../../../src/store/inbox/tries.js'
import {
  acceptUpdate,
  deadUpdates,
  findUpdate,
  listUpdates,
  purgeUpdates,
  recordDoneBefore,
  updatesThatAreOver,
  waitingUpdates,
} from '../../../src/store/inbox/updates.js'
import { markTold } from '../../../src/store/webhooks/webhook-tries.js'
import { botId, endpointId, operator } from '../scene.js'
import type { Statements } from './statements.js'

type Db = Parameters<typeof saveBot>[0]

const limit = 50
const bytes = Buffer.from('sealed')
const digest = Buffer.alloc(32, 1)
const asked = { actor: operator, via: 'api' as const, requestId: 'once' }
const user = { name: 'anna', role: 'viewer', accounts: null } as const
const id = '00000000-0000-4000-8000-000000000007'
// It is the first that waits in its chat.
const updateId = -50
const key = { bot: botId, updateId }

/** A try of the first update. */
async function begin(db: Db): Promise<tries.Try> {
  const begun = await tries.beginTry(db, key)
  if (!begun) throw new Error('it is its turn')
  return { ...key, try: begun.try }
}

async function die(db: Db): Promise<void> {
  await tries.recordFailed(db, await begin(db), { error: bytes, isLast: true, afterMs: 0 })
}

async function link(db: Db): Promise<void> {
  await insertLinkCode(db, { digest, bot: botId, operator, user, lastsMs: 60_000 }, asked)
  await useLinkCode(db, { digest, bot: botId, person: digest, sealChat: () => bytes, requestId: 'linked' })
}

async function progress(db: Db): Promise<void> {
  await link(db)
  await insertProgress(db, { id, bot: botId, runId: 'run:school/r-1@0', user: user.name, chat: bytes })
}

export const ofInbox: Statements = {
  'inbox/bots.findBotDoor': (db) => findBotDoor(db, botId),
  'inbox/bots.listBots': (db) => listBots(db, operator),
  'inbox/bots.findBot': (db) => findBot(db, botId),
  'inbox/bots.saveBot': async (db) =>
    saveBot(
      db,
      {
        id: 'another',
        operator,
        telegramId: 2,
        username: 'another_bot',
        handler: 'remote-control',
        url: 'https://example.org',
        token: bytes,
        secret: bytes,
        maxAttempts: 5,
      },
      asked,
    ),
  // What waits for it is dropped, however much that is: a bot is removed once.
  'inbox/bots.removeBot': (db) => removeBot(db, { id: 'nobody', operator }, asked),
  'inbox/bots.recordBot': (db) => recordBot(db, { ...asked, operator, bot: botId, action: 'setBot' }),
  'inbox/bot-users.insertLinkCode': (db) =>
    insertLinkCode(db, { digest, bot: botId, operator, user, lastsMs: 60_000 }, asked),
  'inbox/bot-users.useLinkCode': (db) => link(db),
  'inbox/bot-users.findBotUser': (db) => findBotUser(db, { bot: botId, person: digest }),
  'inbox/bot-users.listBotChats': (db) => listBotChats(db, botId),
  'inbox/bot-users.deleteBotUser': async (db) => {
    await link(db)
    await deleteBotUser(db, { bot: botId, operator, name: user.name }, { ...asked, requestId: 'gone' })
  },
  'inbox/updates.acceptUpdate': (db) =>
    acceptUpdate(db, { bot: botId, updateId: -1, chat: digest, kind: 'message', body: bytes }),
  'inbox/updates.listUpdates': async (db) => {
    const states = ['waiting', 'done', 'dead', 'dropped'] as const
    await listUpdates(db, { operator, states, limit })
    await listUpdates(db, { operator, bot: botId, states, limit, after: '1000000' })
  },
  'inbox/updates.findUpdate': (db) => findUpdate(db, { operator, ...key }),
  'inbox/updates.deadUpdates': (db) => deadUpdates(db, { operator, limit }),
  'inbox/updates.waitingUpdates': async (db) => {
    await waitingUpdates(db, { after: undefined, limit, operator: undefined })
    await waitingUpdates(db, { after: key, limit, operator })
  },
  'inbox/updates.updatesThatAreOver': async (db) => {
    const updates = Array.from({ length: limit }, (_, n) => ({ bot: botId, updateId: updateId + n }))
    await updatesThatAreOver(db, { updates, operator: undefined })
    await updatesThatAreOver(db, { updates, operator })
  },
  'inbox/updates.recordDoneBefore': (db) => recordDoneBefore(db, key),
  'inbox/updates.purgeUpdates': (db) => purgeUpdates(db, { days: 85, limit }),
  'inbox/backlog.updateBacklogs': async (db) => {
    await updateBacklogs(db)
    await updateBacklogs(db, operator)
  },
  'inbox/redrive.redriveUpdate': async (db) => {
    await die(db)
    await redriveUpdate(db, { ...key, request: { requestId: 'once' } })
  },
  'inbox/tries.turnOf': (db) => tries.turnOf(db, key),
  'inbox/tries.beginTry': (db) => begin(db),
  'inbox/tries.recordHandled': async (db) => {
    await tries.recordHandled(db, await begin(db), async () => bytes)
  },
  'inbox/tries.recordSent': async (db) => tries.recordSent(db, await begin(db)),
  'inbox/tries.recordDone': async (db) => tries.recordDone(db, await begin(db)),
  'inbox/tries.recordFailed': (db) => die(db),
  'inbox/tries.recordPause': async (db) => tries.recordPause(db, await begin(db), { afterMs: 1_000 }),
  'inbox/tries.takeBackTry': async (db) => tries.takeBackTry(db, await begin(db)),
  'inbox/tries.nextInChat': (db) => tries.nextInChat(db, key),
  'inbox/progress.insertProgress': (db) => progress(db),
  'inbox/progress.findProgress': async (db) => {
    await progress(db)
    await findProgress(db, id)
  },
  'inbox/progress.recordShown': async (db) => {
    await progress(db)
    await recordShown(db, { id, messageId: 1, digest })
  },
  'inbox/progress.endProgress': async (db) => {
    await progress(db)
    await endProgress(db, id)
  },
  'inbox/progress.purgeProgress': (db) => purgeProgress(db, { days: 85, limit }),
  'webhooks/webhook-tries.markTold': (db) =>
    markTold(db, { eventId: 'f0218056-200c-a6d1-0d02-48d78e6f7ba5', endpointId, name: user.name }),
}
