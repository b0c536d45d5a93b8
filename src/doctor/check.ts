import type { WithSaid } from '../domain/sentences/read.js'
import { say } from '../domain/sentences/say.js'
import { asItStands, type Sentence } from '../domain/sentences/sentence.js'

/**
 * One line of the doctor's report. `skipped`: not needed, or not there yet, and nothing is wrong with that. `unknown`:
 * it could not be looked at, so nobody may call it well.
 */
export type Check = WithSaid<'found' | 'remedy'> & {
  name: string
  state: 'ok' | 'bad' | 'unknown' | 'skipped'
  /** The finding. */
  found: string
  /** The way to mend it, where it is bad. */
  remedy?: string
}

export const ok = (name: string, found: Sentence): Check => ({ name, state: 'ok', found })
export const bad = (name: string, found: Sentence, remedy: Sentence): Check => ({
  name,
  state: 'bad',
  found,
  remedy,
})
export const skipped = (name: string, found: Sentence): Check => ({ name, state: 'skipped', found })
export const unknown = (name: string, found: Sentence): Check => ({ name, state: 'unknown', found })

/** The line of a check. One that fails itself is a line that says so, and the checks after it are made all the same. */
export async function checked(
  name: string,
  check: () => Check | Check[] | Promise<Check | Check[]>,
): Promise<Check[]> {
  try {
    return [await check()].flat()
  } catch (error) {
    return [unknown(name, say('doctorNotLookedAt', { why: messageOf(error) }))]
  }
}

/** Several findings as one. */
export function listed(sentences: readonly Sentence[]): Sentence {
  const [one, ...more] = sentences
  if (one === undefined) throw new RangeError('There is nothing to list.')
  return more.length === 0 ? one : say('phraseDoctorList', { one, more: listed(more) })
}

/** What another program says. */
export function messageOf(error: unknown): Sentence {
  // Node gives one error for each address that a host name has.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  return asItStands(first instanceof Error ? first.message : String(first))
}
