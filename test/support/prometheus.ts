export type Sample = { name: string; labels: Record<string, string>; value: number }

const line = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/

/** Prometheus' text format. @throws Error at a line that is none of it */
export function parsePrometheus(text: string): Sample[] {
  return text
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => {
      const groups = line.exec(row)?.groups
      if (!groups) throw new Error(`not a sample: ${row}`)
      const labels = [...(groups['labels'] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
      return {
        name: groups['name'] ?? '',
        labels: Object.fromEntries(labels.map(([, name, value]) => [name, value])) as Record<string, string>,
        value: Number(groups['value']),
      }
    })
}

/** The sum of the samples that have these labels; undefined where there is none. */
export function valueOf(
  samples: Sample[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
}
