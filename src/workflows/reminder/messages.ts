import { CancellationScope, setHandler } from '@temporalio/workflow'
import {
  defineReminderUpdate,
  deleteSignal,
  editReminderUpdate,
  fireNowSignal,
  skipNextUpdate,
  snoozeReminderUpdate,
  statusQuery,
  upcomingQuery,
} from '../../protocol/messages.js'
import { openMailbox, type CarriedMail, type Mailbox } from '../mailbox.js'
import { readOperatorRequest } from '../operator-request.js'
import { onOperatorSignals, onSignal } from '../operator-signals.js'
import { checkDefine, checkEdit, checkSkip, checkSnooze } from '../update-validators.js'
import type { ReminderOperations } from './operations.js'
import type { ReminderQueries } from './queries.js'

/**
 * All that a reminder hears. Signals are acted on one after the other, in their order. Call it before the first await.
 * @param mail what was not acted on before the reminder continued as new
 */
export function handleReminderMessages(
  operations: ReminderOperations,
  queries: ReminderQueries,
  mail: CarriedMail | undefined,
): Mailbox {
  setHandler(statusQuery, () => queries.status())
  setHandler(upcomingQuery, () => queries.upcoming())

  setHandler(defineReminderUpdate, (request) => shielded(() => operations.define(request)), {
    validator: checkDefine,
  })
  setHandler(editReminderUpdate, (request) => shielded(() => operations.edit(request)), {
    validator: checkEdit,
  })
  setHandler(snoozeReminderUpdate, (request) => shielded(() => operations.snooze(request)), {
    validator: checkSnooze,
  })
  // From Temporal's own tools it may come without a payload.
  setHandler(skipNextUpdate, (request) => shielded(() => operations.skipNext(request ?? {})), {
    validator: checkSkip,
  })

  const mailbox = openMailbox(mail, (merged) => operations.noteMerged(merged))
  onOperatorSignals(mailbox, {
    pause: (request) => operations.pause(request),
    resume: (request) => operations.resume(request),
    cancel: (request) => operations.end('cancel', request),
  })
  onSignal(mailbox, deleteSignal, (request) => operations.end('delete', request), readOperatorRequest)
  onSignal(mailbox, fireNowSignal, (request) => operations.fireNow(request), readOperatorRequest)
  mailbox.goOn()
  return mailbox
}

/** Temporal's own cancellation takes none of it back. */
async function shielded<T>(work: () => Promise<T>): Promise<T> {
  return await CancellationScope.nonCancellable(work)
}
