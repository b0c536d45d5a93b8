/** Of a key, a number and the like: about what JSON needs for it. */
const each = 8

/**
 * Whether a value has more characters than that, with what its aliases stand for written out as often as they are named: so
 * it is as it is sent. No further is counted than `most`, whatever the value is, one that is in itself included.
 */
export function isLargerThan(value: unknown, most: number): boolean {
  let size = 0
  const open: unknown[] = [value]
  while (open.length > 0 && size <= most) {
    const one = open.pop()
    size += each
    if (typeof one === 'string') size += one.length
    if (typeof one !== 'object' || one === null) continue
    for (const [name, child] of Object.entries(one)) {
      size += each + (Array.isArray(one) ? 0 : name.length)
      if (size > most) break
      open.push(child)
    }
  }
  return size > most
}
