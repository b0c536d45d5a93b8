import { CancellationScope } from '@temporalio/workflow'

/**
 * Something of which each workflow has its own. All workflows of a worker share what modules hold: they are loaded once,
 * which is most of what a workflow would cost to set up.
 */
export function workflowLocal<T extends object>(make: () => T): () => T {
  const ofWorkflow = new WeakMap<CancellationScope, T>()
  return () => {
    const root = rootScope()
    let own = ofWorkflow.get(root)
    if (!own) ofWorkflow.set(root, (own = make()))
    return own
  }
}

/** Every workflow has its own, and a replayed one another than before. */
function rootScope(): CancellationScope {
  let scope = CancellationScope.current()
  while (scope.parent) scope = scope.parent
  return scope
}
