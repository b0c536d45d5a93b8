import { Gauge, Registry } from 'prom-client'
import type { Database } from '../store/database.js'
import { updateBacklogs } from '../store/inbox/backlog.js'
import { measureAccounts, measureReminders, measureWebhooks } from '../store/views/metrics.js'
import { receiptBacklog } from '../store/receipts/without-receipt.js'
import { countTrouble } from '../store/trouble.js'

/**
 * The state of the whole system, read from Postgres at each scrape. Every worker reports the same, so take one of them
 * (`max by`) and do not add them up.
 */
export async function measureSystem(database: Database): Promise<Registry> {
  const [accounts, { reminders, overdueSeconds }, webhooks, troubled, receipts, bots] = await Promise.all([
    measureAccounts(database),
    measureReminders(database),
    measureWebhooks(database),
    countTrouble(database),
    receiptBacklog(database),
    updateBacklogs(database),
  ])
  // New for each scrape: an account that changed its state leaves nothing behind, and two scrapes do not mix.
  const registry = new Registry()
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers: [registry] })

  const state = gauge('carillon_account_state', '1 for the state that the session of the account is in', [
    'account',
    'state',
  ])
  const paused = gauge('carillon_account_paused', '1 while an operator has paused all sends of the account', [
    'account',
  ])
  const lockHeld = gauge('carillon_account_lock_held_seconds', 'How long one run has held the account', [
    'account',
  ])
  const runs = gauge('carillon_queue_runs', 'Runs of the account that have not ended', ['account', 'state'])
  const targets = gauge('carillon_queue_targets', 'Targets of those runs that are still to be sent to', [
    'account',
  ])
  for (const { account, ...measured } of accounts) {
    state.set({ account, state: measured.state }, 1)
    paused.set({ account }, measured.paused ? 1 : 0)
    lockHeld.set({ account }, measured.lockHeldSeconds)
    // Said also where it is zero: a graph of an idle account is a line and not a gap.
    const openStates = { preparing: 0, waiting: 0, running: 0, paused: 0, ...measured.runs }
    for (const [runState, count] of Object.entries(openStates)) runs.set({ account, state: runState }, count)
    targets.set({ account }, measured.pendingTargets)
  }
  const open = gauge('carillon_reminders', 'Reminders that are not over', ['state'])
  for (const [reminderState, count] of Object.entries({ scheduled: 0, running: 0, paused: 0, ...reminders }))
    open.set({ state: reminderState }, count)
  gauge('carillon_reminders_overdue_seconds', 'How late the scheduled reminder is that is the latest').set(
    overdueSeconds,
  )
  gauge('carillon_workflows_troubled', 'Workflows of which an activity fails again and again').set(troubled)
  gauge('carillon_webhook_deliveries_waiting', 'Webhook events that an endpoint has not taken yet').set(
    webhooks.waiting,
  )
  gauge('carillon_webhook_oldest_waiting_seconds', 'Since when the oldest of them waits').set(
    webhooks.oldestSeconds,
  )
  gauge('carillon_receipts_waiting', 'Ended runs and requests that have no receipt yet').set(receipts.waiting)
  gauge('carillon_receipts_oldest_waiting_seconds', 'Since when the oldest of them waits').set(
    receipts.oldestSeconds,
  )
  gauge('carillon_bot_updates_waiting', 'Updates of bots that are not handled yet').set(
    bots.reduce((sum, { waiting }) => sum + waiting, 0),
  )
  gauge('carillon_bot_oldest_waiting_seconds', 'Since when the oldest of them waits').set(
    Math.max(0, ...bots.map(({ oldestSeconds }) => oldestSeconds)),
  )
  gauge('carillon_bot_updates_dead', 'Updates of bots that were given up').set(
    bots.reduce((sum, { dead }) => sum + dead, 0),
  )
  return registry
}
