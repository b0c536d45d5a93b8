import type { CallToolResult } from '@modelcontextprotocol/server'
import { failureProblem, problemOf } from '../api/v1/problems.js'

/**
 * What went wrong as the answer of a tool, which a model reads and can act on: in words, and as JSON with `code` and, where
 * there are some, `issues` (field, got, expected) and `differences`. Of what is none of ours it tells nothing but the id.
 */
export function failureResult(
  error: unknown,
  requestId: string,
): { result: CallToolResult; isOurs: boolean } {
  const known = problemOf(error, requestId)?.problem
  const { detail, code, issues, differences } = known ?? failureProblem(requestId)
  return {
    // With `structuredContent`, hosts would hold it against the schema of the answer.
    result: {
      isError: true,
      content: [
        { type: 'text', text: detail },
        { type: 'text', text: JSON.stringify({ code, requestId, issues, differences }) },
      ],
    },
    isOurs: known !== undefined,
  }
}
