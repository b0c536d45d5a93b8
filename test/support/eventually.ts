/**
 * Waits for a fact at the far end: tries until `check` passes, and fails with its last error. The time is a bound for
 * a broken system, not an expectation.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 60_000, intervalMs = 100 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const endMs = Date.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() >= endMs) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
}
