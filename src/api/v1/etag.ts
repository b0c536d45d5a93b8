/**
 * The `ETag` of a reminder is the digest of its definition: what an edit changes, and nothing else. That of media is their own
 * digest.
 */
export function etagOf(digest: string): Record<string, string> {
  return { ETag: `"${digest}"` }
}
