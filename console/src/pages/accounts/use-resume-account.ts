import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useText } from '../../text/text.js'

/** Lets an account send again. */
export function useResumeAccount(id: string) {
  const text = useText()
  const queries = useQueryClient()
  return useDeed({
    mutationFn: (_asked: void, requestId) => api.accounts.resumeSends(id, { requestId }),
    onSuccess: ({ confirmed }) => {
      if (!confirmed) tellDone(text.failures.asked)
    },
    onError: (error) => tellFailure(error, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.accounts }),
  })
}
