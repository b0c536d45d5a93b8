import type { CommandContext } from './io.js'

/** A worker answers in well under a second: who waits longer should know for what. */
const hintAfterMs = 4_000

export async function hinting<T>({ io, isJson }: CommandContext, work: () => Promise<T>): Promise<T> {
  if (isJson) return await work()
  const hint = setTimeout(() => io.err('Waiting for a worker to answer…'), hintAfterMs)
  try {
    return await work()
  } finally {
    clearTimeout(hint)
  }
}
