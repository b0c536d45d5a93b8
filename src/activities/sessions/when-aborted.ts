/** The signal outlives many sessions, and must not keep a listener of each. */
export function whenAborted(signal: AbortSignal): { promise: Promise<void>; forget: () => void } {
  let forget: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    forget = () => signal.removeEventListener('abort', onAbort)
    if (signal.aborted) resolve()
  })
  return { promise, forget }
}
