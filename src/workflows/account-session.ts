import {
  ActivityFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { SessionEnd } from '../protocol/payloads.js'
import {
  pairSignal,
  removeAccountSignal,
  unlinkSignal,
  type IdentifiedRequest,
} from '../protocol/messages.js'
import type { AccountArgs } from '../protocol/workflows.js'
import { openMailbox, type CarriedMail } from './mailbox.js'
import { describeRequest, readOperatorRequest, recordedRequest } from './operator-request.js'
import { onSignal } from './operator-signals.js'
import { accounts, holdRemindersOf, ownSession, removeAccount } from './proxies.js'
import { carillonAccount, carillonStatus } from '../protocol/search-attributes.js'
import { backoff, waitUntil } from './waiting.js'

// Long enough to fetch the phone.
const pairAgainMs = 600_000

/**
 * Keeps exactly one socket of the account alive somewhere: one activity that lives as long as the socket and that
 * Temporal starts again, here or elsewhere, when it or its process dies. Ends when the device is no longer linked and
 * nobody pairs it again. What is asked of the session is in Postgres before the one who owns it is told to look: it does
 * that, or the next owner, so nothing of it is lost.
 */
export async function accountSession({
  accountId,
  carried,
}: AccountArgs & { carried?: { mail?: CarriedMail } }): Promise<SessionEnd> {
  let asked = 0
  let owning: CancellationScope | undefined
  let shownStatus: string | undefined
  const openAnew = () => {
    asked += 1
    owning?.cancel()
  }
  setHandler(pairSignal, openAnew)
  const mailbox = openMailbox(carried?.mail, async () => undefined)
  onSignal(mailbox, unlinkSignal, (request) => leave('unlinked', request), readOperatorRequest)
  onSignal(mailbox, removeAccountSignal, (request) => leave('removed', request), readOperatorRequest)
  mailbox.goOn()
  upsertSearchAttributes([{ key: carillonAccount, value: accountId }])

  const beforeRestart = backoff(5_000, 300_000)
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) {
      await mailbox.stop()
      await continueAsNew<typeof accountSession>({ accountId, carried: mailbox.carried() })
    }
    const served = asked
    const isAskedAgain = () => asked > served
    show('open', 'A process owns the session of the account, or is about to.')
    const end = await own(isAskedAgain)
    if (end?.isRemoval) {
      show('removing', 'Its reminders are paused and its runs canceled; then the account is gone.')
      await removeAccount({ accountId })
    }
    if (isAskedAgain()) continue
    if (end === undefined) {
      await waitUntil(Date.now() + beforeRestart.nextMs(), isAskedAgain, 'before the session is opened again')
      continue
    }
    log.warn('session ended', { accountId, end: end.kind })
    show(
      end.kind,
      'The session does not come back by itself: link the device again with `carillon account pair`.',
    )
    if (await waitUntil(Date.now() + pairAgainMs, isAskedAgain, 'it may be linked again')) continue
    // No await from here on: a signal that comes now makes Temporal refuse the end and show it first.
    if (mailbox.isQuiet()) return end
    await mailbox.untilQuiet()
  }

  /** Of an account that is to be removed nothing begins any more, before its device is taken off. */
  async function leave(how: 'unlinked' | 'removed', request: IdentifiedRequest): Promise<void> {
    const removes = how === 'removed'
    const because = describeRequest(removes ? 'accountRemovedBy' : 'unlinkedBy', request)
    await accounts.askToUnlink({ accountId, removes, because, request: recordedRequest(request) })
    if (removes) await holdRemindersOf({ accountId })
    openAnew()
  }

  /** Undefined when the session is to be opened again. */
  async function own(isAskedAgain: () => boolean): Promise<SessionEnd | undefined> {
    owning = new CancellationScope()
    try {
      return await owning.run(() => ownSession({ accountId }))
    } catch (error) {
      if (isCancellation(error)) {
        if (isAskedAgain() && !CancellationScope.current().consideredCancelled) return undefined
        throw error
      }
      // Temporal retries for 30 days. What ended before that is broken, and is tried again all the same.
      if (error instanceof ActivityFailure) return undefined
      throw error
    } finally {
      owning = undefined
    }
  }

  function show(status: string, text: string): void {
    setCurrentDetails(`**${status}**\n\n${text}`)
    if (status === shownStatus) return
    shownStatus = status
    upsertSearchAttributes([{ key: carillonStatus, value: status }])
  }
}
