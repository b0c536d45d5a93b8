import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100 // USER_HZ, which Linux fixes for what it shows

type Times = { parent: number; ticks: number }

/** Processor time of a process and all that it has started, in seconds; from /proc, so on Linux only. */
export function processorSeconds(pid: number): number {
  const times = new Map<number, Times>()
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? timesOf(Number(name)) : undefined
    if (found) times.set(Number(name), found)
  }
  const within = (root: number): number =>
    [...times].reduce(
      (sum, [child, { parent }]) => (parent === root ? sum + within(child) : sum),
      times.get(root)?.ticks ?? 0,
    )
  return within(pid) / ticksPerSecond
}

/** Undefined when it has ended meanwhile: its parent has its time then. */
function timesOf(pid: number): Times | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
  // The name of the program, in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((at) =>
    Number(fields[at]),
  )
  return {
    parent: parent ?? 0,
    ticks: (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0),
  }
}
