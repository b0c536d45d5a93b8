/** A failure to start the stack, worded for the person who started it: what is wrong, and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError'
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
