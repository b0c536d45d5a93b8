/** One line of the doctor's report. `skipped`: not needed, or not to be known before something else is right. */
export type Check = {
  name: string
  state: 'ok' | 'bad' | 'skipped'
  /** What was found. */
  found: string
  /** What to do, when it is bad. */
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

export function messageOf(error: unknown): string {
  // Node gives one error for each address that a host name has.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  return first instanceof Error ? first.message : String(first)
}
