import type { Answer } from './answers.js'
import type { Busy } from './busy.js'
import type { FirstPage } from './first-page.js'
import type { Typing } from './typing.js'

export type ConsoleResult = {
  /** In each language. */
  firstPages: ({ locale: string } & FirstPage)[]
  scrolls: ({ what: string; slower: number } & Busy)[]
  typing: Typing
  answers: Answer[]
  isGood: boolean
}

export const most = { firstPageBytes: 250_000, interactiveMs: 1_500, keyMs: 100 }

export function isGood({ firstPages, scrolls, typing }: Omit<ConsoleResult, 'isGood'>): boolean {
  return (
    firstPages.every(
      ({ bytes, interactiveMs }) => bytes <= most.firstPageBytes && interactiveMs <= most.interactiveMs,
    ) &&
    scrolls.filter(({ slower }) => slower === 1).every(({ longTasks }) => longTasks === 0) &&
    typing.slowestKeyMs <= most.keyMs
  )
}

export function reportText({ firstPages, scrolls, typing, answers }: Omit<ConsoleResult, 'isGood'>): string {
  const ms = (value: number) => `${value.toFixed(1).padStart(7)} ms`
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(0)} KB`
  const busy = (what: string, one: Busy) =>
    `${what.padEnd(34)} ${ms(one.longestMs)} (processor ${ms(one.longestCpuMs)}), ${one.longTasks} over 50 ms ` +
    `(processor ${one.longCpuTasks}); ${one.cpuMsPerFrame.toFixed(1)} ms a frame, ${one.frames} frames`
  return [
    ...firstPages.map(
      ({ locale, bytes, files, dataBytes, interactiveMs }) =>
        `${`First page, ${locale}`.padEnd(34)} ${kb(bytes)} in ${files} files, and ${kb(dataBytes)} of data; ` +
        `a button works after ${ms(interactiveMs).trim()}`,
    ),
    '',
    'The longest task',
    ...scrolls.map(({ what, slower, ...one }) =>
      busy(`scrolling ${what}${slower === 1 ? '' : `, ${slower} times slower`}`, one),
    ),
    busy(`typing ${typing.letters} letters, ${typing.dryRuns} dry runs`, typing),
    `the slowest key                    ${ms(typing.slowestKeyMs)}`,
    '',
    'Answers, the median',
    ...answers.map(({ what, ms: took, bytes }) => `${what.padEnd(38)} ${ms(took)}  ${kb(bytes)}`),
  ].join('\n')
}
