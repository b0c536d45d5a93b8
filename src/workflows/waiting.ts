import { condition } from '@temporalio/workflow'

/** A state that lasts for less is not worth a write to Temporal's index. */
export const indexedAfterMs = 5_000

/**
 * Waits until `changed` is true or the clock shows `instantMs`, whichever is first. Returns whether it changed. The
 * timer carries a summary for the Temporal Web UI and is taken back when it is not needed.
 */
export async function waitUntil(
  instantMs: number,
  changed: () => boolean,
  summary: string,
): Promise<boolean> {
  const leftMs = instantMs - Date.now()
  if (!changed() && leftMs > 0) await condition(changed, leftMs, { summary })
  return changed()
}

/** `firstMs`, then twice that, and so on up to `mostMs`: what waits for long must not fill its history. */
export function backoff(firstMs: number, mostMs: number): { nextMs(): number; reset(): void } {
  let waitMs = firstMs
  return {
    nextMs() {
      const thisMs = waitMs
      waitMs = Math.min(2 * waitMs, mostMs)
      return thisMs
    },
    reset() {
      waitMs = firstMs
    },
  }
}
