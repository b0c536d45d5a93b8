import { fields } from '../../src/cli/table.js'
import { totalOf, type StatementCounts } from '../shared/count-statements.js'
import { sumOf, type EventCounts } from './histories.js'

/** Of the processor, by what took it. */
export type ProcessorTime = { worker: number; temporal: number; postgres: number }

export type Anatomy = {
  /** Of a reminder with one target and one part, by type of workflow. */
  events: EventCounts
  statements: StatementCounts
  /** In ms a reminder, and a bare workflow; undefined where only counts were wanted. */
  processor: { own: ProcessorTime; bare: ProcessorTime } | undefined
  eventsPerTarget: number
  statementsPerMessage: number
  fanOutEvents: EventCounts
  fanOutStatements: StatementCounts
}

export type AnatomyResult = {
  events: number
  tasks: number
  searchAttributes: number
  statements: number
  cpuMs?: number
  bareCpuMs?: number
  cpuOfMs?: ProcessorTime
  bareCpuOfMs?: ProcessorTime
  eventsPerTarget: number
  statementsPerMessage: number
  problems: string[]
  isGood: boolean
}

/**
 * Decision 0036. A target of a fan-out cannot have fewer events than 14, its child's 11 and 3 of its parent, and the parent
 * has a task of 3 events for about each: decision 0040.
 */
export const budget = {
  events: 45,
  tasks: 9,
  searchAttributes: 2,
  statements: 20,
  eventsPerTarget: 18,
  statementsPerMessage: 9,
}

export function resultOf(anatomy: Anatomy): AnatomyResult {
  const { events, statements, processor, eventsPerTarget, statementsPerMessage } = anatomy
  const figures = {
    events: sumOf(events),
    tasks: sumOf(events, 'WORKFLOW_TASK_COMPLETED'),
    searchAttributes: sumOf(events, 'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES'),
    statements: totalOf(statements),
    eventsPerTarget,
    statementsPerMessage,
  }
  const problems = (Object.keys(budget) as (keyof typeof budget)[])
    .filter((what) => figures[what] > budget[what])
    .map((what) => `${what}: ${figures[what].toFixed(1)}, and the budget is ${budget[what]}`)
  return {
    ...figures,
    ...(processor && {
      cpuMs: sumOfTimes(processor.own),
      bareCpuMs: sumOfTimes(processor.bare),
      cpuOfMs: processor.own,
      bareCpuOfMs: processor.bare,
    }),
    problems,
    isGood: problems.length === 0,
  }
}

function sumOfTimes({ worker, temporal, postgres }: ProcessorTime): number {
  return worker + temporal + postgres
}

function timesText({ worker, temporal, postgres }: ProcessorTime): string {
  const ms = (time: number) => `${time.toFixed(0)} ms`
  return `worker ${ms(worker)}, Temporal ${ms(temporal)}, Postgres ${ms(postgres)}`
}

export function reportText(
  result: AnatomyResult,
  anatomy: Anatomy,
  { isListed }: { isListed: boolean },
): string {
  const within = (what: keyof typeof budget) => `${result[what].toFixed(1)} (budget ${budget[what]})`
  return [
    fields([
      ['Events', within('events')],
      ['Workflow tasks', within('tasks')],
      ['Index writes', within('searchAttributes')],
      ['SQL statements', within('statements')],
      ...(anatomy.processor ? processorRows(anatomy.processor) : []),
      ['Events a target', within('eventsPerTarget')],
      ['SQL a message', within('statementsPerMessage')],
    ]),
    ...(isListed
      ? [
          ...eventLines('A reminder of one target', anatomy.events),
          ...statementLines('Its statements', anatomy.statements),
          ...eventLines('A target of the fan-out', anatomy.fanOutEvents),
          ...statementLines('A message of the fan-out', anatomy.fanOutStatements),
        ]
      : []),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function processorRows({ own, bare }: { own: ProcessorTime; bare: ProcessorTime }): [string, string][] {
  const [ownMs, bareMs] = [sumOfTimes(own), sumOfTimes(bare)]
  return [
    [
      'Processor',
      `${ownMs.toFixed(0)} ms, bare ${bareMs.toFixed(0)} ms: ${(ownMs / bareMs).toFixed(2)} times`,
    ],
    ['– of a reminder', timesText(own)],
    ['– of a bare one', timesText(bare)],
  ]
}

function eventLines(title: string, counts: EventCounts): string[] {
  const types = Object.entries(counts).map(([type, events]) => {
    const list = Object.entries(events)
      .filter(([, count]) => count > 0)
      .map(([event, count]) => `${Number(count.toFixed(2))} ${event}`)
      .join(', ')
    return `  ${type} ${sumOf({ [type]: events }).toFixed(1)}: ${list}`
  })
  return ['', title, ...types]
}

function statementLines(title: string, counts: StatementCounts): string[] {
  const lines = Object.entries(counts)
    .filter(([, count]) => count >= 0.01)
    .toSorted(([, a], [, b]) => b - a)
    .map(([statement, count]) => `  ${count.toFixed(2).padStart(7)} ${statement.slice(0, 150)}`)
  return ['', title, ...lines]
}
