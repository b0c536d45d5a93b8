import type { Measured } from './measure.js'

export type EventsResult = Measured & { isGood: boolean; problems: string[] }

/** What the heap may grow by while nothing is kept: code that is compiled, a ring that fills. */
const slackMb = 16

export function resultOf(measured: Measured): EventsResult {
  const { clients, lost, twice, outOfOrder, resets, listeners, heapMbBefore, heapMbAfter } = measured
  const problems = [
    ...(lost > 0 ? [`${lost} changes were not told`] : []),
    ...(twice > 0 ? [`${twice} were told twice`] : []),
    ...(outOfOrder > 0 ? [`${outOfOrder} were told out of order`] : []),
    ...(resets > 0 ? [`${resets} clients had to read the state again`] : []),
    ...(listeners === 1 ? [] : [`${listeners} connections listen, for ${clients} clients`]),
    ...(heapMbAfter > heapMbBefore + slackMb
      ? [`the heap grew from ${heapMbBefore} to ${heapMbAfter} MB`]
      : []),
  ]
  return { ...measured, isGood: problems.length === 0, problems }
}

export function reportText(result: EventsResult): string {
  const { clients, changes, progressEvents, sends, p50Ms, p99Ms, stuck, left } = result
  return [
    `${clients} clients were told of ${changes} changes each: ${clients * changes} events, half of them within ${p50Ms} ms of the`,
    `change and 99 of 100 within ${p99Ms} ms. ${sends} sends of a run were ${progressEvents} events of progress.`,
    `Of ${stuck} more that read nothing, ${stuck - (left - clients)} were cut off.`,
    `Heap ${result.heapMbBefore} MB before and ${result.heapMbAfter} MB after, process ${result.rssMbBefore} and ${result.rssMbAfter} MB.`,
    ...result.problems.map((problem) => `Not as it must be: ${problem}.`),
  ].join('\n')
}
