import { useCallback, useRef } from 'react'
import { CarillonError } from '../../../src/client/errors.js'
import { randomUUID } from '../api/stand-ins/random-uuid.js'

/**
 * One id for all attempts at the same thing until it is answered: who got no answer and asks again asks for it once, and the API
 * has done it once, if at all. What is asked tells whether it is the same.
 */
export function useRequestId(): <Answer>(
  asked: unknown,
  deed: (requestId: string) => Promise<Answer>,
) => Promise<Answer> {
  const open = useRef<{ asked: string; requestId: string }>(undefined)
  return useCallback(async (asked, deed) => {
    // Of nothing JSON is undefined.
    const same = JSON.stringify(asked) ?? ''
    if (open.current?.asked !== same) open.current = { asked: same, requestId: randomUUID() }
    try {
      const answer = await deed(open.current.requestId)
      open.current = undefined
      return answer
    } catch (error) {
      if (!isUnanswered(error)) open.current = undefined
      throw error
    }
  }, [])
}

/** Whether it was done is not known. */
export function isUnanswered(error: unknown): error is CarillonError {
  return error instanceof CarillonError && (error.code === 'unreachable' || error.code === 'timed_out')
}
