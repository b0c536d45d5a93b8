/**
 * Preloaded into the worker: counts its statements by their text, `begin` and `commit` included, where Node's inspector
 * finds them.
 */
import { watchQueries } from './watched-queries.js'

const counts: { [text: string]: number } = {}
Reflect.set(globalThis, 'countedStatements', counts)

watchQueries((text) => {
  counts[text] = (counts[text] ?? 0) + 1
  return undefined
})
