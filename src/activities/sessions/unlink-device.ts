import { unlinkedAdvice } from '../../domain/accounts/leaving.js'
import { commitUnlinked, type Unlinking } from '../../store/accounts/unlinking.js'
import type { SessionEnd } from '../../protocol/payloads.js'
import { GatewayFailure, type Session } from '../../whatsapp/gateway.js'
import type { Owned, SessionContext } from './context.js'
import { sessionOptions } from './open-session.js'

/** Takes the device off at WhatsApp; a device that is linked no more is off. @throws GatewayFailure */
export async function unlinkAnew(
  context: SessionContext,
  owned: Owned,
  unlinking: Unlinking,
): Promise<SessionEnd> {
  try {
    const session = await context.logIns.add(() =>
      context.gateway.openSession(sessionOptions(context, owned)),
    )
    context.reach.reached()
    return await unlink(context, { ...owned, session }, unlinking)
  } catch (error) {
    if (!(error instanceof GatewayFailure && error.failure === 'AccountLoggedOut')) throw error
    return await unlinked(context, owned, unlinking)
  }
}

/** The same with a session that is there: a second socket would take its place. */
export async function unlink(
  context: SessionContext,
  { session, ...owned }: Owned & { session: Session },
  unlinking: Unlinking,
): Promise<SessionEnd> {
  try {
    await session.unlink()
  } finally {
    await session.close()
  }
  return await unlinked(context, owned, unlinking)
}

async function unlinked(
  { database }: SessionContext,
  { accountId, epoch, logger }: Owned,
  { because, removes }: Unlinking,
): Promise<SessionEnd> {
  const detail = unlinkedAdvice(because)
  if (!(await commitUnlinked(database, { accountId, epoch, detail })))
    throw new GatewayFailure('Fenced', undefined)
  logger.info('device unlinked')
  return { kind: 'unlinked', ...(removes && { isRemoval: true }) }
}
