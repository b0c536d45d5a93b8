import { appendFileSync } from 'node:fs'

/** What the campaign did and when, one JSON object a line, without personal data. */
export class Journal {
  constructor(readonly file: string) {}

  write(event: string, fields: Record<string, unknown> = {}): void {
    appendFileSync(this.file, `${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`)
  }
}
