import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { followChanges } from '../api/live.js'
import { SignInPage } from '../pages/sign-in/sign-in-page.js'
import { SessionEnded } from '../pages/sign-in/session-ended.js'
import { Shell } from './shell.js'
import { useSessionState } from './use-session.js'

/** Who is signed in sees the console; everybody else how to sign in, at whatever address, and comes to that. */
export function Root() {
  const state = useSessionState()
  const queries = useQueryClient()
  const isIn = state.kind === 'in'

  useEffect(() => (isIn ? followChanges(queries) : undefined), [isIn, queries])
  useEffect(() => {
    // What was refused while nobody was signed in, and what belongs to who was.
    if (isIn) void queries.invalidateQueries()
    if (state.kind === 'out') queries.clear()
  }, [isIn, state.kind, queries])

  if (state.kind === 'unknown') return null
  if (state.kind === 'out') return <SignInPage />
  return (
    <>
      <Shell />
      {state.kind === 'ended' && <SessionEnded />}
    </>
  )
}
