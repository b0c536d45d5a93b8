import { pause } from '../pause.js'

/**
 * Asks until the answer will do. Returns the last answer, good or not, when the time is over: the caller says
 * honestly that it was not confirmed.
 */
export async function pollUntil<T>({
  ask,
  isDone,
  timeoutMs,
  intervalMs = 200,
  signal,
}: {
  ask: () => Promise<T>
  isDone: (answer: T) => boolean
  timeoutMs: number
  intervalMs?: number
  signal?: AbortSignal | undefined
}): Promise<{ answer: T; isDone: boolean }> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (isDone(answer)) return { answer, isDone: true }
    if (signal?.aborted || Date.now() >= deadline) return { answer, isDone: false }
    await pause(Math.min(intervalMs, Math.max(1, deadline - Date.now())), signal)
  }
}
