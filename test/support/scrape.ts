import { expect } from 'vitest'
import type { Started } from './processes.js'
import { parsePrometheus, type Sample } from './prometheus.js'

/** What the worker's own endpoint shows; it was started with CARILLON_METRICS_PORT=0. */
export async function scrape(worker: Started): Promise<{ text: string; samples: Sample[] }> {
  const answer = await fetch(`http://127.0.0.1:${await portOf(worker)}/metrics`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/plain')
  const text = await answer.text()
  return { text, samples: parsePrometheus(text) }
}

export async function portOf(worker: Started): Promise<number> {
  const line = await worker.line((text) => text.includes('"metrics are served"'))
  return (JSON.parse(line) as { port: number }).port
}
