import { readdirSync, readFileSync } from 'node:fs'
import type { CampaignSystem } from './system.js'

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

/** The same of several, by name; 0 of one that is not there. */
export function processorSecondsOf<Name extends string>(
  pids: Record<Name, number | undefined>,
): Record<Name, number> {
  const seconds = Object.entries<number | undefined>(pids).map(([name, pid]) => [
    name,
    pid === undefined ? 0 : processorSeconds(pid),
  ])
  return Object.fromEntries(seconds) as Record<Name, number>
}

/** The same of a system with one worker, and of the local WhatsApp that it sends to. */
export function processorSecondsOfAll({
  workers,
  temporal,
  postgres,
  whatsappProgram,
}: Pick<CampaignSystem, 'workers' | 'temporal' | 'postgres' | 'whatsappProgram'>) {
  return processorSecondsOf({
    worker: workers[0]?.pid,
    temporal: temporal.pid,
    postgres: postgres.pid,
    whatsapp: whatsappProgram.pid,
  })
}

/** One of both, name by name. */
export function byName<Name extends string>(
  a: Record<Name, number>,
  b: Record<Name, number>,
  combine: (a: number, b: number) => number,
): Record<Name, number> {
  const names = Object.keys(a) as Name[]
  return Object.fromEntries(names.map((name) => [name, combine(a[name], b[name])])) as Record<Name, number>
}

/** Of what was taken in seconds between two looks: ms for each of so many. */
export function msForEach<Name extends string>(
  before: Record<Name, number>,
  after: Record<Name, number>,
  count: number,
): Record<Name, number> {
  return byName(after, before, (now, then) => (1_000 * (now - then)) / count)
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
