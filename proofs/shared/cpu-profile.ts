/** A processor profile as V8 makes it (Profiler.stop of the inspector, --cpu-prof). */
export type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[]
  /** The node that was running at each sample, and the time from the sample before, in µs. */
  samples: number[]
  timeDeltas: number[]
}

/** The share of each part in the time that the processor was used: packages, folders of src/, Node, and what is V8's own. */
export function shareByPart({ nodes, samples, timeDeltas }: CpuProfile): Record<string, number> {
  const partOfNode = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const part = partOfNode.get(id) ?? '(unknown)'
    if (part === '(idle)') continue
    times.set(part, (times.get(part) ?? 0) + Math.max(0, timeDeltas[index] ?? 0))
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0)
  return Object.fromEntries(
    [...times].toSorted(([, a], [, b]) => b - a).map(([part, time]) => [part, all === 0 ? 0 : time / all]),
  )
}

function partOf({ functionName, url }: { functionName: string; url: string }): string {
  const [, own] = /\/dist\/((?:src|proofs)\/[^/]+)/.exec(url) ?? []
  const name = url.split('/node_modules/').at(-1) ?? ''
  const [, scope = '', rest = ''] = /^(@[^/]+\/)?([^/]+)/.exec(name) ?? []
  if (url.includes('/node_modules/')) return `${scope}${rest}`
  if (own !== undefined) return own
  if (url.startsWith('node:')) return 'Node'
  // (garbage collector), (program), (idle); and functions of V8 itself.
  return functionName.startsWith('(') ? functionName : 'V8'
}
