/** Whether anybody answers at the API's address, within `patienceMs`. */
export async function isReachable(patienceMs: number): Promise<boolean> {
  return await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) }).then(
    ({ ok }) => ok,
    () => false,
  )
}
