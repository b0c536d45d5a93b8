/** Does all of the work, so many at a time, and returns how many a second that was. */
export async function rateOf(
  count: number,
  { inFlight, work }: { inFlight: number; work: (index: number) => Promise<unknown> },
): Promise<number> {
  const begun = performance.now()
  let next = 0
  const lane = async () => {
    while (next < count) {
      const index = next
      next += 1
      await work(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, lane))
  return (count / (performance.now() - begun)) * 1_000
}

/** The quickest of several: what else the machine does makes the others longer, by chance. */
export async function quickestMs(times: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const begun = performance.now()
    await work()
    taken.push(performance.now() - begun)
  }
  return Math.min(...taken)
}
