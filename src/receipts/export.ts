import type { ChainSource } from './source.js'

/**
 * The lines of a file that shows a chain to who has nothing of ours: a line that says where it begins, one for each row, and
 * the signed end. Each is JSON. docs/audit.md has a script that verifies it.
 */
export async function* exportLines(source: ChainSource): AsyncGenerator<string, void, void> {
  const state = await source.state()
  const { operator } = source
  yield JSON.stringify({ chain: operator, v: 1, cut: state?.cut ?? null })
  if (state === undefined) return
  const { head } = state
  for (let after = state.cut?.seq ?? 0; after < head.seq;) {
    const rows = (await source.rows(after)).filter(({ seq }) => seq <= head.seq)
    for (const { hash, body } of rows) yield `{"hash":"${hash}","entry":${body}}`
    const last = rows.at(-1)
    // What is missing at the end shows by the signed end.
    if (last === undefined) break
    after = last.seq
  }
  yield JSON.stringify({ head })
}
