import { Command } from 'commander'
import type { ReconcileCounts } from '../client/reconcile.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import { printJson, type Act, type CommandContext } from './io.js'

export function reconcileCommand(act: Act): Command {
  return new Command('reconcile')
    .description('compare Postgres with Temporal and start again what is missing there; twice is once')
    .option('--dry-run', 'only say what it would do')
    .action(
      async ({ dryRun = false }: { dryRun?: boolean }) => await act((context) => reconcile(context, dryRun)),
    )
}

async function reconcile(context: CommandContext, dryRun: boolean): Promise<ExitCode> {
  const { io, isJson } = context
  const client = await context.client()
  const report = await client.reconcile({ dryRun })
  if (isJson) printJson(context, { dryRun, ...report })
  if (report.kind === 'busy') {
    if (!isJson) io.out('Another reconcile is under way (reconcile-lock-busy): nothing was done.')
    return exitCodes.ok
  }
  if (!isJson) for (const line of describe(report, dryRun)) io.out(line)
  return report.problems.length === 0 ? exitCodes.ok : exitCodes.failure
}

function describe(counts: ReconcileCounts, dryRun: boolean): string[] {
  const did = (count: number, what: string) =>
    count === 0 ? [] : [`  ${count} ${dryRun ? 'to be ' : ''}${what}`]
  const done = [
    ...did(counts.started, 'reminders started again'),
    ...did(counts.resumedRuns, 'runs resumed'),
    ...did(counts.nudged, 'late reminders made to fire'),
    ...did(counts.startedSessions, 'sessions of accounts started again'),
    ...did(counts.startedRelays, 'relay of webhooks started again'),
    ...did(counts.resumedWebhooks, 'webhooks handed over again'),
    ...did(counts.resumedUpdates, 'updates of bots taken up again'),
    ...(counts.skipped === 0
      ? []
      : [`  ${counts.skipped} left to their own workflow, which is about to act`]),
    ...counts.problems.map(({ workflowId, problem }) => `  ${workflowId}: ${problem}`),
  ]
  const isAllWell = done.length === 0
  return [
    `Checked ${counts.checked} reminders, runs, accounts and webhooks${isAllWell ? ': all of them are in Temporal.' : ':'}`,
    ...done,
  ]
}
