/** The row that a key goes to from another one; undefined for a key that goes nowhere. `screen`: rows that are seen at once. */
export function rowOfKey(
  key: string,
  { index, count, screen }: { index: number; count: number; screen: number },
): number | undefined {
  const to = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + screen,
    PageUp: index - screen,
    Home: 0,
    End: count - 1,
  }[key]
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to))
}
