import { storableText, unstorablePaths } from '../domain/storable-text.js'
import { InputError, type InputIssue } from './errors.js'
import { describeShape, pathText } from './input/issues.js'

/** An issue for each text that Postgres cannot keep, at the path at which the caller wrote it. */
export function unstorableIssues(input: unknown): InputIssue[] {
  return unstorablePaths(input).map((path) => {
    const value = path.reduce<unknown>(
      (inner, step) => (inner as Record<string | number, unknown>)[step],
      input,
    )
    return { field: pathText(path) || 'reminder', got: describeShape(value), expected: storableText }
  })
}

/** @throws InputError which names each field that cannot be stored, nor looked for */
export function checkStorable(fields: object): void {
  const issues = unstorableIssues(fields)
  if (issues.length > 0) throw new InputError(issues)
}
