import type { Progress } from '../../../src/stack/progress.js'

export function recordedProgress(): Progress & { lines: string[] } {
  const lines: string[] = []
  return { lines, step: (text) => lines.push(text), note: (text) => lines.push(text) }
}
