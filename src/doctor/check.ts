/**
 * One line of the doctor's report. `skipped`: not needed, or not there yet, and nothing is wrong with that. `unknown`:
 * it could not be looked at, so nobody may call it well.
 */
export type Check = {
  name: string
  state: 'ok' | 'bad' | 'unknown' | 'skipped'
  /** The finding. */
  found: string
  /** The way to mend it, where it is bad. */
  remedy?: string
}

export const ok = (name: string, found: string): Check => ({ name, state: 'ok', found })
export const bad = (name: string, found: string, remedy: string): Check => ({
  name,
  state: 'bad',
  found,
  remedy,
})
export const skipped = (name: string, found: string): Check => ({ name, state: 'skipped', found })
export const unknown = (name: string, found: string): Check => ({ name, state: 'unknown', found })

/** The line of a check. One that fails itself is a line that says so, and the checks after it are made all the same. */
export async function checked(
  name: string,
  check: () => Check | Check[] | Promise<Check | Check[]>,
): Promise<Check[]> {
  try {
    return [await check()].flat()
  } catch (error) {
    return [unknown(name, `this could not be looked at: ${messageOf(error)}`)]
  }
}

export function messageOf(error: unknown): string {
  // Node gives one error for each address that a host name has.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  return first instanceof Error ? first.message : String(first)
}
