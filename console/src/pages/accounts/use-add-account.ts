import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { CarillonError } from '../../../../src/client/errors.js'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useDeed } from '../../data/use-deed.js'
import { isUnanswered } from '../../data/use-request-id.js'
import { failureText } from '../../parts/failure-panel.js'
import { useText } from '../../text/text.js'

/** Adds an account by its name, and says what is wrong with that. One whose answer was lost is found when it is added again. */
export function useAddAccount(onAdded?: (account: AccountView) => void) {
  const text = useText()
  const queries = useQueryClient()
  const lost = useRef<string>(undefined)
  const add = useDeed({
    async mutationFn(id: string) {
      try {
        return await api.accounts.add({ id })
      } catch (error) {
        if (isUnanswered(error)) lost.current = id
        if (isTaken(error) && lost.current === id) return await api.accounts.show(id)
        throw error
      }
    },
    onSuccess: (account) => onAdded?.(account),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.accounts }),
  })
  const problem = add.error && (isTaken(add.error) ? text.accounts.idTaken : failureText(add.error, text))
  return { add, problem }
}

function isTaken(error: unknown): boolean {
  return error instanceof CarillonError && error.code === 'conflict'
}
