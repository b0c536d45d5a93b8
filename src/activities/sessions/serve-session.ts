import { Context } from '@temporalio/activity'
import type { SessionEnd } from '../../protocol/payloads.js'
import { setAccountState } from '../../store/accounts/accounts.js'
import { findUnlinking } from '../../store/accounts/unlinking.js'
import { GatewayFailure, type Disconnect, type Session } from '../../whatsapp/gateway.js'
import { isShutdown, retryable } from '../retryable.js'
import type { Owned, Served, SessionContext } from './context.js'
import { unlink } from './unlink-device.js'
import { whenAborted } from './when-aborted.js'
import { say } from '../../domain/sentences/say.js'

/**
 * Serves the account until the socket is gone, or its operator has the device taken off, which is done with this socket:
 * a second one would take its place. @throws when the session is to be given up although it is not
 */
export async function serveSession(
  context: SessionContext,
  { session, onServed, ...owned }: Owned & { session: Session; onServed: (served: Served) => void },
): Promise<Disconnect | SessionEnd> {
  const { database, databaseLost, serveAccount } = context
  const { accountId, epoch, logger } = owned
  const activity = Context.current()
  const lost = whenAborted(databaseLost)
  let disconnect: Disconnect | 'canceled' | 'databaseLost'
  try {
    const isOwner = await setAccountState(database, {
      accountId,
      epoch,
      state: 'connected',
      jid: session.jid,
      ...(session.lid !== undefined && { lid: session.lid }),
    })
    if (!isOwner) throw new GatewayFailure('Fenced', undefined)
    const served = await serveAccount({ session, epoch })
    onServed(served)
    logger.info('session connected')
    disconnect = await Promise.race([
      session.closed,
      lost.promise.then(() => 'databaseLost' as const),
      activity.cancelled.catch(() => 'canceled' as const),
    ])
    // Otherwise what is in flight may end first.
    if (disconnect === 'databaseLost' || databaseLost.aborted) await session.close()
    await served.stop()
    if (disconnect === 'canceled' && !session.hasEnded()) {
      const unlinking = await findUnlinking(database, accountId)
      if (unlinking) return await unlink(context, { ...owned, session }, unlinking)
    }
  } finally {
    lost.forget()
    await session.close()
  }
  if (disconnect === 'databaseLost') throw retryable('DatabaseLost', { delayMs: 1 })
  if (disconnect !== 'canceled') return disconnect
  await setAccountState(database, {
    accountId,
    epoch,
    state: 'reconnecting',
    detail: say('sessionMoves'),
  })
  const reason: unknown = activity.cancellationSignal.reason
  if (isShutdown(reason)) throw retryable('ConnectionLost', { delayMs: 1 })
  throw reason
}
