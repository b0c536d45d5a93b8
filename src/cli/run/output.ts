import type { RunProgress } from '../../client/runs/progress.js'
import type { RunDetails } from '../../client/runs/runs.js'
import { roughly } from '../../domain/duration.js'
import { cannotPostText } from '../../domain/groups.js'
import { targetStates } from '../../domain/states.js'
import type { Page } from '../../store/page.js'
import type { RunView, TargetView } from '../../store/views/runs.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { hintNextPage, print, printJson, type CommandContext } from '../io.js'
import { partText } from '../reminder/definition-text.js'
import { stateText } from '../state-text.js'
import { printable } from '../../words/printable.js'
import { fields, table } from '../table.js'
import { clock, relative } from '../../words/times.js'

export function printRuns(context: CommandContext, page: Page<RunView>): ExitCode {
  const { io, isJson } = context
  if (isJson) return printJson(context, page)
  if (page.items.length === 0) return print(context, 'No runs yet: a run begins when a reminder is due.')
  io.out(runTable(context, page.items))
  hintNextPage(context, page)
  return exitCodes.ok
}

export function runTable({ io, style }: CommandContext, runs: RunView[]): string {
  const rows = runs.map((run) => [
    style.bold(run.id),
    stateText(style, run.state),
    relative(run.scheduledAt, io.now()),
    tookText(run),
    printable(run.reason ?? ''),
  ])
  return table(['RUN', 'STATE', 'DUE', 'TOOK', 'WHY'], rows)
}

export function printRun(context: CommandContext, details: RunDetails): ExitCode {
  const { io, style, isJson } = context
  if (isJson) return printJson(context, details)
  const { progress, reasons, targets, leftOut, parts } = details
  const { run } = progress
  io.out(
    fields([
      ['Run', style.bold(run.id)],
      ['State', `${stateText(style, run.state)}${run.reason === null ? '' : ` (${printable(run.reason)})`}`],
      ['Waits for', progress.waitsFor && printable(progress.waitsFor)],
      ['Ends', endText(progress, io.now())],
      ['Due', `${run.scheduledAt.toISOString()}, ${relative(run.scheduledAt, io.now())}`],
      ['Took', tookText(run) || undefined],
      ['Targets', countsText(progress)],
      ['Messages', `${progress.sends.acked} of ${progress.totalSends} acknowledged`],
      ['Account', run.accountId],
      ...parts.map((part): [string, string] => ['Content', partText(part)]),
    ]),
  )
  const told = reasons.filter(({ reason, failure }) => reason !== null || failure !== null)
  for (const { state, reason, failure, count } of told)
    io.out(`  ${count} ${state}: ${printable([failure, reason].filter((text) => text !== null).join(', '))}`)
  if (targets.items.length > 0)
    io.out(
      `\n${table(
        ['#', 'TARGET', 'STATE', 'MESSAGES', 'WHY'],
        targets.items.map((target) => targetRow(target)),
      )}`,
    )
  hintNextPage(context, targets)
  if (leftOut.length > 0)
    io.out(
      `\n${table(
        ['LEFT OUT', 'WHY'],
        leftOut.map(({ jid, subject, why }) => [printable(subject ?? jid), cannotPostText[why]]),
      )}`,
    )
  return exitCodes.ok
}

function targetRow(target: TargetView): string[] {
  const leftOut = target.leftOutDevices > 0 ? leftOutText(target.leftOutDevices) : null
  const why = printable([target.failure, target.reason, leftOut].filter((text) => text !== null).join(', '))
  const name = printable(target.subject ?? target.jid)
  return [String(target.ordinal), name, target.state, `${target.partsSent}/${target.parts}`, why]
}

/** Of devices that WhatsApp has no usable keys of. */
function leftOutText(devices: number): string {
  return `${devices} ${devices === 1 ? 'device gets' : 'devices get'} it later: no usable keys`
}

/** `20 of 25 delivered, 5 pending` */
export function countsText({ targets, totalTargets }: RunProgress): string {
  const others = targetStates.filter((state) => state !== 'delivered' && targets[state] > 0)
  return [
    `${targets.delivered} of ${totalTargets} delivered`,
    ...others.map((state) => `${targets[state]} ${state}`),
  ].join(', ')
}

/** One line with everything of the moment, for a log. */
export function progressLine(progress: RunProgress): string {
  const { run, ratePerMinute, etaMs, waitsFor } = progress
  const late = lateText(progress)
  return [
    run.state,
    countsText(progress),
    `${progress.sends.acked}/${progress.totalSends} messages`,
    ratePerMinute === undefined ? [] : `${Math.round(ratePerMinute)}/min`,
    etaMs === undefined ? [] : `${clock(etaMs)} left`,
    late ?? [],
    waitsFor === undefined ? [] : `waits for ${printable(waitsFor)}`,
  ]
    .flat()
    .join(' · ')
}

function endText(progress: RunProgress, now: Date): string | undefined {
  const { finishesAt } = progress
  if (finishesAt === undefined) return undefined
  return [`${finishesAt.toISOString()}, ${relative(finishesAt, now)}`, lateText(progress) ?? []]
    .flat()
    .join('; ')
}

/** The messages that the time to deliver is too short for. */
export function lateText({ unsentAtDeadline, run }: RunProgress): string | undefined {
  if (unsentAtDeadline === undefined || run.deadline === null) return undefined
  return `${unsentAtDeadline} messages will not be sent by ${run.deadline.toISOString()}, when they expire`
}

export function tookText({ startedAt, finishedAt }: RunView): string {
  if (startedAt === null || finishedAt === null) return ''
  return roughly(finishedAt.getTime() - startedAt.getTime()) ?? 'under 1 s'
}
