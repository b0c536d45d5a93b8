import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'

export function useAccounts() {
  return useQuery({ queryKey: keys.accounts, queryFn: () => api.accounts.list() })
}
