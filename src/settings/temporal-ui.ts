/**
 * Where a Temporal Web UI shows workflows; that of one of them is `<this>/<workflowId>`, percent-encoded.
 * @param ui its address, with the path that it is under
 */
export function workflowsPage(ui: string, namespace: string): string {
  return `${ui.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`
}
