import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Verification } from '../../../../src/client/operators/verification.js'
import type { LedgerChange } from '../../../../src/receipts/compare.js'
import type { ChainFault } from '../../../../src/receipts/verify.js'
import { api } from '../../api/client.js'

/** What was found of all parts together. */
export type Verified = {
  /** Of the chain itself; what it is about is not compared then. */
  fault?: ChainFault
  changes: LedgerChange[]
  compared: Verification['compared']
  /** The first row that is kept. */
  from: number
  rows: number
}

/** More than anybody reads: whoever looks into it asks the command line. */
const mostChanges = 50

/** Walks the record where it is, part by part, and says how far that has come. */
export function useVerification() {
  const [done, setDone] = useState(0)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async (): Promise<Verified> => {
      setDone(0)
      const all: Verified = {
        changes: [],
        compared: { actions: 0, runs: 0, purged: 0 },
        from: 1,
        rows: 0,
      }
      let after: string | undefined
      do {
        const part = await api.audit.verify(after === undefined ? {} : { after })
        if (part.chain.kind === 'broken') return { ...all, fault: part.chain.fault }
        if (after === undefined) all.from = part.chain.from
        all.rows += part.chain.rows
        all.changes.push(...part.changes)
        for (const what of ['actions', 'runs', 'purged'] as const) all.compared[what] += part.compared[what]
        setDone(all.rows)
        after = part.next
      } while (after !== undefined && all.changes.length <= mostChanges)
      return all
    },
  })
  return { verify: () => mutate(), verified: data, error, isVerifying: isPending, done }
}
