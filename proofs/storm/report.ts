import { fields } from '../../src/cli/table.js'
import type { Judged } from './judge.js'
import type { StormOptions } from './options.js'

export type Storm = Judged & {
  /** From the first POST until the last update was handled, in s. */
  drainS: number
  posts: number
  /** POSTs that were not answered by 200, and made again. */
  refused: number
  kills: number
}

export type StormResult = Pick<StormOptions, 'updates' | 'chats' | 'times'> &
  Storm & {
    /** Updates that were given up. */
    dead: number
    /** The same over a queue in Postgres. */
    queue: Storm
    problems: string[]
    isGood: boolean
  }

export function resultOf(
  { updates, chats, times, kills }: StormOptions,
  { storm, dead, queue }: { storm: Storm; dead: number; queue: Storm },
): StormResult {
  const problems = [
    ...(storm.lost === 0 ? [] : [`${storm.lost} updates were never handled`]),
    ...(storm.twice === 0 ? [] : [`updates were handled ${storm.twice} times too often`]),
    ...(storm.outOfOrder === 0 ? [] : [`${storm.outOfOrder} updates were handled before their turn`]),
    ...(dead === 0 ? [] : [`${dead} updates were given up`]),
    ...(storm.kills === kills ? [] : [`${storm.kills} processes were killed, and not ${kills}`]),
  ]
  return { updates, chats, times, ...storm, dead, queue, problems, isGood: problems.length === 0 }
}

function stormText({ handled, twice, lost, outOfOrder, drainS, posts, refused, kills }: Storm): string {
  return (
    `${handled} handled, ${twice} twice, ${lost} lost, ${outOfOrder} out of order; drained in ${drainS.toFixed(1)} s, ` +
    `${kills} kills, ${posts} posts of which ${refused} were not answered by 200`
  )
}

export function reportText(result: StormResult): string {
  return [
    fields([
      ['Updates', `${result.updates} over ${result.chats} chats, each ${result.times} times in random order`],
      ['The inbox', stormText(result)],
      ['A queue in Postgres', stormText(result.queue)],
    ]),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}
