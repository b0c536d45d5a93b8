/**
 * Where recurrences with a count end. A count is counted from the start however late the question is, so the answer is
 * remembered: it depends on nothing but the recurrence, and on zone data that does not change within a process.
 */
const ends = new Map<string, unknown>()
/** Some hundred bytes each. */
const maxEnds = 2_000

export function rememberedEnd<T>(recurrence: string, count: () => T): T {
  if (ends.has(recurrence)) return ends.get(recurrence) as T
  const end = count()
  if (ends.size >= maxEnds) ends.clear()
  ends.set(recurrence, end)
  return end
}
