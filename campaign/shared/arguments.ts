/** The command was written wrongly; worded for the reader. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** @throws UsageError */
export function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new UsageError(`--${name}: expected a whole number from ${min} to ${max}, got '${text}'`)
}
