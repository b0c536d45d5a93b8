import { Context } from '@temporalio/activity'
import { failureKinds, type FailureType } from '../../domain/failures.js'
import type { AccountState } from '../../domain/states.js'
import { setAccountState, setDirectHold } from '../../store/accounts/accounts.js'
import {
  clearExpiredPairing,
  clearPairing,
  saveChallenge,
  type OpenPairing,
} from '../../store/accounts/pairing.js'
import { isForeignToken } from '../../store/encryption/sealing.js'
import { movePerson } from '../../store/accounts/people.js'
import { noteCopiesAsked } from '../../store/sends/copy-requests.js'
import { GatewayFailure, type Session, type SessionOptions } from '../../whatsapp/gateway.js'
import type { Owned, SessionContext } from './context.js'

/** Logs in with the account's creds, or links a device where somebody asked for it. @throws GatewayFailure */
export async function openSession(
  context: SessionContext,
  owned: Owned,
  pairing: OpenPairing | undefined,
  onCopyAsked: () => void,
): Promise<Session> {
  const { accountId, epoch, logger } = owned
  const { database, gateway, logIns } = context
  const options = sessionOptions(context, owned, onCopyAsked)
  const say = (state: AccountState) => setAccountState(database, { accountId, epoch, state })
  if (!pairing) {
    await clearExpiredPairing(database, accountId)
    await say('connecting')
    return await logIns.add(() => gateway.openSession(options))
  }
  await say('pairing')
  const { phoneNumber, forMs, until, mayBeOther, linkedJid } = pairing
  let isOver = true
  try {
    return await gateway.pairSession({
      ...options,
      method: phoneNumber === undefined ? { kind: 'qr' } : { kind: 'code', phoneNumber },
      forMs,
      // One that was stored under a key that is lost is no number that another could be compared with.
      expectedJid: mayBeOther || isForeignToken(linkedJid ?? '') ? undefined : linkedJid,
      onChallenge: ({ challenge }) => {
        saveChallenge(database, { accountId, until, challenge }).catch((error: unknown) =>
          logger.error({ error }, 'the pairing challenge could not be stored'),
        )
      },
    })
  } catch (error) {
    // What mends itself is tried again while somebody waits for it. A newer version may help, too.
    isOver = !(error instanceof GatewayFailure && mayBePairedLater(error.failure))
    throw error
  } finally {
    // A handover keeps the request: the next owner goes on with it.
    if (isOver && !Context.current().cancellationSignal.aborted)
      await clearPairing(database, { accountId, until })
  }
}

export function sessionOptions(
  { database, ring, whatsappUrl, versions, deviceName }: SessionContext,
  { accountId, epoch, logger, proxy }: Owned,
  onCopyAsked: () => void = () => undefined,
): SessionOptions {
  return {
    accountId,
    epoch,
    database,
    ring,
    copiesAsked: async (asked) => {
      await noteCopiesAsked(database, accountId, asked)
      onCopyAsked()
    },
    logger,
    whatsappUrl,
    proxy,
    version: versions.current,
    deviceName,
    signal: Context.current().cancellationSignal,
    onNewChats: (newChats) => {
      const until = newChats.isLocked ? newChats.until : null
      setDirectHold(database, { accountId, epoch, by: 'NewChatsLocked', until }).catch((error: unknown) =>
        logger.error({ error }, 'whether the account may start chats could not be stored'),
      )
    },
    onMovedNumber: (moved) => {
      movePerson(database, { accountId, ...moved }).catch((error: unknown) =>
        logger.error({ error }, 'the new number of a person could not be stored'),
      )
    },
  }
}

function mayBePairedLater(failure: FailureType): boolean {
  return failureKinds[failure] === 'retry' || failure === 'ClientOutdated'
}
