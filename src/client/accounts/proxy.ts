import { WorkflowNotFoundError } from '@temporalio/client'
import { proxyPlace, proxyProblem } from '../../domain/accounts/proxy.js'
import { sessionWorkflowId } from '../../domain/ids.js'
import { pairSignal } from '../../protocol/messages.js'
import { proxySecretPlace, type StoredProxy } from '../../store/accounts/proxy.js'
import { sealAt } from '../../store/encryption/place.js'
import { ringForSecret } from '../secrets-ring.js'
import type { ClientContext } from '../context.js'
import type { InputIssue } from '../errors.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'

/** What was given is not repeated: it may have a password in it. */
export function proxyIssues(proxy: string | null | undefined): InputIssue[] {
  const expected = typeof proxy === 'string' ? proxyProblem(proxy) : undefined
  return expected === undefined ? [] : [{ field: 'proxy', expected }]
}

export async function sealProxy(
  { database }: ClientContext,
  accountId: string,
  proxy: string,
): Promise<StoredProxy> {
  const ring = await ringForSecret(database, 'phraseProxyUrl')
  const sealed = sealAt(ring, proxySecretPlace(accountId), Buffer.from(proxy))
  return { sealed, place: proxyPlace(proxy) }
}

/** The session opens its socket anew, when what is under way has ended. An account without a session needs nothing. */
export async function reconnect({ temporal }: ClientContext, accountId: string): Promise<void> {
  try {
    await temporal.workflow.getHandle(sessionWorkflowId(accountId)).signal(pairSignal)
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw explainTemporalError(error)
  }
}
