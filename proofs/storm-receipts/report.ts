import { fields } from '../../src/cli/table.js'
import { mostInAnyWindow } from '../shared/most-in-any-window.js'
import { percentile } from '../shared/percentile.js'
import type { StormOptions } from './options.js'

export type Measured = Pick<StormOptions, 'phones' | 'reminders' | 'ratePerMinute'> & {
  /** When WhatsApp took each message of the account, and each of the copies among them, in ms. */
  sentMs: number[]
  copiesMs: number[]
  /** Phones that a copy was sent to, each once. */
  phonesWithCopy: number
  /** Phones that show the message. */
  read: number
  /** How late each reminder was on the wire, in ms: before the storm, and while it lasted. */
  lateBeforeMs: number[]
  lateMeanwhileMs: number[]
  workerMb: number
}

export type StormResult = Pick<Measured, 'phones' | 'ratePerMinute' | 'read' | 'workerMb'> & {
  copies: number
  /** From the first copy to the last one, in s. */
  lastedS: number
  mostInAMinute: number
  mostCopiesInAMinute: number
  lateBefore: Late
  lateMeanwhile: Late
  problems: string[]
  isGood: boolean
}

type Late = { p50Ms: number; mostMs: number }

/** One that is sent a whole minute after another is in the next one. */
const withinMinuteMs = 60_000 - 1

export function resultOf(measured: Measured): StormResult {
  const { phones, reminders, ratePerMinute, sentMs, copiesMs, phonesWithCopy, read } = measured
  const share = Math.max(1, Math.floor(ratePerMinute / 4))
  const mostInAMinute = mostInAnyWindow(sentMs, withinMinuteMs)
  const mostCopiesInAMinute = mostInAnyWindow(copiesMs, withinMinuteMs)
  const problems = [
    ...(read === phones ? [] : [`${read} of ${phones} phones read the message`]),
    ...(phonesWithCopy === phones ? [] : [`${phonesWithCopy} of ${phones} phones got a copy`]),
    ...(copiesMs.length === phones ? [] : [`${copiesMs.length} copies went out to ${phones} phones`]),
    ...(mostInAMinute <= ratePerMinute ? [] : [`${mostInAMinute} messages went out in one minute`]),
    ...(mostCopiesInAMinute <= share ? [] : [`${mostCopiesInAMinute} copies went out in one minute`]),
    ...(measured.lateMeanwhileMs.length === reminders
      ? []
      : [`${measured.lateMeanwhileMs.length} of ${reminders} reminders were sent while the storm lasted`]),
  ]
  return {
    phones,
    ratePerMinute,
    read,
    workerMb: measured.workerMb,
    copies: copiesMs.length,
    lastedS: (Math.max(...copiesMs) - Math.min(...copiesMs)) / 1_000,
    mostInAMinute,
    mostCopiesInAMinute,
    lateBefore: late(measured.lateBeforeMs),
    lateMeanwhile: late(measured.lateMeanwhileMs),
    problems,
    isGood: problems.length === 0,
  }
}

function late(ms: number[]): Late {
  return { p50Ms: percentile(ms, 0.5) ?? Number.NaN, mostMs: percentile(ms, 1) ?? Number.NaN }
}

const inSeconds = ({ p50Ms, mostMs }: Late): string =>
  `${(p50Ms / 1_000).toFixed(2)} s at the median, ${(mostMs / 1_000).toFixed(2)} s at most`

export function reportText(result: StormResult): string {
  const { phones, ratePerMinute, read, copies, lastedS, mostInAMinute, mostCopiesInAMinute } = result
  return [
    fields([
      ['Phones', `${phones} that asked, ${read} read the message`],
      ['Copies', `${copies} in ${lastedS.toFixed(0)} s, ${mostCopiesInAMinute} in any minute at most`],
      ['Messages', `${mostInAMinute} in any minute at most, of ${ratePerMinute}`],
      ['Late before', inSeconds(result.lateBefore)],
      ['Late in the storm', inSeconds(result.lateMeanwhile)],
      ['Worker', `${result.workerMb.toFixed(0)} MB`],
    ]),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}
