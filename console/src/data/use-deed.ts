import { useMutation, type UseMutationOptions, type UseMutationResult } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { useRequestId } from './use-request-id.js'

/**
 * `useMutation` for what changes something, so that it is done once: until it is answered another click does nothing, also before
 * the page has drawn the first, and an attempt after a lost answer is the same request.
 */
export function useDeed<Answer, Asked = void>({
  mutationFn: deed,
  ...options
}: Omit<UseMutationOptions<Answer, Error, Asked>, 'mutationFn'> & {
  mutationFn: (asked: Asked, requestId: string) => Promise<Answer>
}): UseMutationResult<Answer, Error, Asked> {
  const isBusy = useRef(false)
  const request = useRequestId()
  const mutation = useMutation<Answer, Error, Asked>({
    ...options,
    async mutationFn(asked) {
      try {
        return await request(asked, async (requestId) => await deed(asked, requestId))
      } finally {
        isBusy.current = false
      }
    },
  })
  const { mutate } = mutation
  const once = useCallback<typeof mutate>(
    (...given) => {
      if (isBusy.current) return
      isBusy.current = true
      mutate(...given)
    },
    [mutate],
  )
  return { ...mutation, mutate: once }
}
