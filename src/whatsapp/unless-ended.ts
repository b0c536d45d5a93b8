import type { Connection } from './connection.js'

export async function settled<T>(work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work }
  } catch (error) {
    return { error }
  }
}

/** The first of: the work, which never rejects, the end of the connection, and the time-out if there is one. */
export function unlessEnded<T>(connection: Connection, work: Promise<T>): Promise<T | 'ended'>
export function unlessEnded<T>(
  connection: Connection,
  work: Promise<T>,
  timeoutMs: number,
): Promise<T | 'ended' | 'late'>
export async function unlessEnded<T>(connection: Connection, work: Promise<T>, timeoutMs?: number) {
  let stop: () => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<'ended'>((resolve) => {
    stop = connection.onEnd(() => resolve('ended'))
  })
  const late = new Promise<'late'>((resolve) => {
    if (timeoutMs !== undefined) timer = setTimeout(() => resolve('late'), timeoutMs)
  })
  try {
    return await Promise.race([work, ended, late])
  } finally {
    stop()
    clearTimeout(timer)
  }
}
