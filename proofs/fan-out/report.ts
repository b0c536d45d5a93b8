import { cpus, loadavg } from 'node:os'
import { fields } from '../../src/cli/table.js'
import type { BareResult } from './bare-main.js'
import type { Histories } from './histories.js'
import type { LedgerTimes } from './times.js'
import type { Wire } from './wire.js'
import type { WorkerLog } from './worker-log.js'

/** Of the worker, when so much of the run was acknowledged; the heap after a garbage collection. */
export type Memory = { share: number; residentMb: number; heapMb: number }
/** In seconds. */
export type ProcessorTimes = { worker: number; temporal: number; postgres: number; whatsapp: number }

export type Measured = {
  groups: number
  concurrency: number
  state: string
  wire: Wire
  /** Where the account has one. */
  limit?: { ratePerMinute: number; used: number | undefined }
  uploads: number
  /** Of the worker: to prepare the run, and all of it for each message. */
  statements: { prepare: number; perMessage: number }
  histories: Histories
  memory: Memory[]
  times: LedgerTimes
  log: WorkerLog
  processor: ProcessorTimes
  bare: BareResult
}

export const bounds = { used: 0.98, prepare: 2, events: 10_000, heapRatio: 1.1, heapSlackMb: 8 }
const meanPauseMs = 349.5 // between the parts of a target: 200–499 ms, each as likely as the other

export type FanOutResult = ReturnType<typeof resultOf>

export function resultOf(measured: Measured) {
  const { groups, concurrency, times, log, bare, processor, wire } = measured
  const perSecond = wire.messages / (times.wallMs / 1_000)
  const barePerSecond = bare.messages / (bare.wallMs / 1_000)
  const laneMs = (concurrency * times.wallMs) / groups
  const perMessage = (seconds: number) => (seconds * 1_000) / wire.messages
  const problems = problemsOf(measured)
  return {
    ...measured,
    perSecond,
    barePerSecond,
    ratio: perSecond / barePerSecond,
    /** Of one place among those that send at once, for one target: what its time went to. */
    targetMs: {
      all: laneMs,
      relayAndAck: 2 * log.relayMs,
      commit: 2 * (times.sendMs - log.relayMs),
      pause: meanPauseMs,
      slotAndIntent: times.betweenPartsMs - meanPauseMs,
      temporal: laneMs - times.targetMs,
    },
    processorMs: {
      worker: perMessage(processor.worker),
      temporal: perMessage(processor.temporal),
      postgres: perMessage(processor.postgres),
      whatsapp: perMessage(processor.whatsapp),
      bare: bare.processorMs / bare.messages,
    },
    load: loadavg()[0] ?? Number.NaN,
    machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`,
    problems,
    isGood: problems.length === 0,
  }
}

/** What is not as it must be. */
export function problemsOf({
  groups,
  state,
  wire,
  limit,
  uploads,
  statements,
  histories,
  memory,
}: Measured): string[] {
  const problems: string[] = []
  const expect = (isMet: boolean, problem: string) => {
    if (!isMet) problems.push(problem)
  }
  expect(state === 'completed', `the run ended ${state}`)
  expect(wire.messages === 2 * groups, `${wire.messages} messages to ${groups} groups, not two to each`)
  expect(wire.lost === 0, `${wire.lost} messages were lost`)
  expect(wire.duplicates === 0, `${wire.duplicates} stanzas were sent again`)
  expect(wire.unexpected === 0, `${wire.unexpected} messages that nobody asked for`)
  if (limit) expect((limit.used ?? 0) >= bounds.used, `${limit.used ?? 0} of the limit was used`)
  expect(uploads === 1, `${uploads} uploads`)
  const { prepare } = statements
  expect(prepare > 0 && prepare <= bounds.prepare, `statements to prepare: ${prepare}`)
  const { workflowType, events } = histories.longest
  expect(events <= bounds.events, `a history of ${events} events (${workflowType})`)
  const [first] = memory
  const last = memory.at(-1)
  if (!first || !last || memory.length < 3) problems.push('the memory was not seen three times')
  else {
    const most = Math.max(first.heapMb * bounds.heapRatio, first.heapMb + bounds.heapSlackMb)
    expect(last.heapMb <= most, `the heap grew from ${first.heapMb} to ${last.heapMb} MB`)
  }
  return problems
}

export function reportText(result: FanOutResult): string {
  const { wire, histories, memory, targetMs, processorMs: cpu, times, bare } = result
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
  const [first] = memory
  const last = memory.at(-1)
  const grown = first && last ? `, heap ${(last.heapMb - first.heapMb).toFixed(1)} MB from 10 % to 100 %` : ''
  return [
    fields([
      ['Groups', `${result.groups}, ${result.concurrency} at once, a text and an image each`],
      ['On the wire', `${wire.messages} messages, ${wire.duplicates} duplicates, ${wire.lost} lost`],
      ['Uploads', String(result.uploads)],
      [
        'Statements',
        `${result.statements.prepare} to prepare, ${result.statements.perMessage.toFixed(1)} a message`,
      ],
      [
        'Histories',
        `longest ${histories.longest.events} events (${histories.longest.workflowType}) of ${histories.executions}; ` +
          `the run had ${histories.lives} lives of at most ${histories.longestOfRun}`,
      ],
      ...memory.map(({ share, residentMb, heapMb }): [string, string] => [
        `Worker at ${share * 100} %`,
        `${residentMb.toFixed(0)} MB, heap ${heapMb.toFixed(1)} MB`,
      ]),
      ['Growth', `RSS ${first && last ? (last.residentMb - first.residentMb).toFixed(0) : '?'} MB${grown}`],
      ['Time', `${(times.wallMs / 1_000).toFixed(1)} s, ${result.perSecond.toFixed(2)} messages a second`],
      [
        'Bare Baileys',
        `${bare.messages} messages, half before and half after: ${result.barePerSecond.toFixed(2)} a second`,
      ],
      ['Ratio', result.ratio.toFixed(2)],
      ...limitLine(result.limit),
    ]),
    '',
    `A target, in one of the ${result.concurrency} places: ${ms(targetMs.all)}`,
    fields([
      ['relay and ack, both parts', ms(targetMs.relayAndAck)],
      ['pause between the parts', `${ms(targetMs.pause)} (200–499 ms by design)`],
      ['commits', ms(targetMs.commit)],
      ['rate slot and intent, image', ms(targetMs.slotAndIntent)],
      ['Temporal, load, first slot', ms(targetMs.temporal)],
    ]),
    '',
    'Processor time for each message',
    fields([
      ['worker', `${ms(cpu.worker)}, of which a bare loop needs ${ms(cpu.bare)}`],
      ['Temporal', ms(cpu.temporal)],
      ['Postgres', ms(cpu.postgres)],
      ['the local WhatsApp', ms(cpu.whatsapp)],
    ]),
    '',
    `${result.machine}, load ${result.load.toFixed(1)}`,
    '',
    result.isGood ? '✔ Every group got each message once.' : '✖ Not everything is as it should be.',
    ...result.problems.map((problem) => `  ${problem}`),
  ].join('\n')
}

function limitLine(limit: Measured['limit']): [string, string][] {
  if (!limit) return []
  const used = limit.used === undefined ? 'not known: too few messages' : `${(100 * limit.used).toFixed(1)} %`
  return [['Limit', `${limit.ratePerMinute} in any 60 s, used: ${used}`]]
}
