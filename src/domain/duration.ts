const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `90s`, `15m`, `1h30m`, `2d` → milliseconds; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?[smhdw])+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g))
    total += Number(amount) * (units[unit ?? ''] ?? Number.NaN)
  return Math.round(total)
}

const roughUnits: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** `3 min`, in one unit; undefined below a second. */
export function roughly(ms: number): string | undefined {
  // 59.6 s are shown as 1 min, not as 60 s.
  const found = roughUnits.find(([, size]) => Math.round(ms / 1_000) * 1_000 >= size)
  if (found === undefined) return undefined
  const [name, size] = found
  return `${Math.round(ms / size)} ${name}`
}

/** What `roughly` wrote, as milliseconds. */
export function parseRoughly(text: string): number {
  const [count, name] = text.split(' ')
  return Number(count) * (roughUnits.find(([unit]) => unit === name)?.[1] ?? Number.NaN)
}

/** `in 3 min`, `2 h ago`, `now`: in one unit, rounded. */
export function fromNow(ms: number): string {
  const text = roughly(Math.abs(ms))
  if (text === undefined) return 'now'
  return ms > 0 ? `in ${text}` : `${text} ago`
}

/** Milliseconds → `1h30m`, `45s`: at most two units, for people. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`
  let rest = Math.round(ms / 1_000)
  const parts: string[] = []
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.slice(0, 2).join('')
}
