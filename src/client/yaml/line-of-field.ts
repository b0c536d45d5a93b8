/** Where a field is, or the nearest thing that it would be in. */
export function lineOfField(
  { line, lines }: { line: number; lines: ReadonlyMap<string, number> },
  field: string,
): number {
  for (let path = field; path !== ''; path = path.replace(/(\.[^.[\]]*|\[[^\]]*\]|[^.[\]]+)$/, '')) {
    const known = lines.get(path)
    if (known !== undefined) return known
  }
  return line
}
