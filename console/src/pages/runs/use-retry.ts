import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { useDeed } from '../../data/use-deed.js'
import { keys } from '../../data/keys.js'
import { tellDone, tellFailure } from '../../parts/tell.js'
import { useSpoken } from '../../text/text.js'

/** Sends to the failed recipients of a run that has ended again, and says to how many. */
export function useRetry(id: string) {
  const { text, format } = useSpoken()
  const { runs } = text
  const queries = useQueryClient()
  return useDeed({
    mutationFn: (_asked: void, requestId) => api.runs.retryFailed(id, { requestId }),
    onSuccess: (answer) => {
      if (answer.kind === 'retried') tellDone(runs.retryDone(answer.targets, format.number(answer.targets)))
      else tellDone(answer.kind === 'already' ? runs.retryAlready : runs.retryNothing)
    },
    onError: (problem) => tellFailure(problem, text),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.runs }),
  })
}
